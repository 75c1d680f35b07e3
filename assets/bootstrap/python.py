"""Runs a Python handler as a client of the AWS Lambda Runtime API (version 2018-06-01): asks for an event, calls the
handler, sends its answer, asks again. Arguments: the handler's file and the name of the function in it. Python 3.8 or later."""

import ast
import decimal
import http.client
import importlib.abc
import importlib.util
import json
import logging
import math
import os
import signal
import sys
import time
import traceback

DEFAULT_HANDLER = "handler"
LAMBDA_HANDLERS = ("lambda_handler", "lambdaHandler")  # what templates of AWS call it, taken when the file has no `handler`
MAX_MESSAGE_CHARS = 16_384
MAX_TRACE_LINES = 200


class Reported(Exception):
    """An error of this runtime, with the type and the trace that are told instead of its own."""

    def __init__(self, type_name, message, trace):
        super().__init__(message)
        self.type_name = type_name
        self.trace = trace


class CognitoIdentity:
    cognito_identity_id = None
    cognito_identity_pool_id = None


class ClientContext:
    """What the caller sent beside the event."""

    def __init__(self, document):
        self.custom = document.get("custom")
        self.env = document.get("env")
        self.client = None


def read_client_context(text):
    return None if text is None else ClientContext(json.loads(text))


class LambdaContext:
    """The second argument of a handler."""

    def __init__(self, headers):
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.client_context = read_client_context(headers["Lambda-Runtime-Client-Context"])
        self.identity = CognitoIdentity()  # an object without values, as on Lambda
        self._deadline_ms = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline_ms - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


class RuntimeApi:
    """Requests to the server, all over one connection; when the server is gone, so is this process."""

    def __init__(self, address):
        self._connection = http.client.HTTPConnection(address)

    def next(self):
        return self._call("GET", "invocation/next", None, {})

    def post(self, path, body, error_type=None):
        headers = {"Content-Type": "application/json"}
        if error_type is not None:
            headers["Lambda-Runtime-Function-Error-Type"] = error_type
        self._call("POST", path, body, headers)

    def _call(self, method, path, body, headers):
        try:
            self._connection.request(method, "/2018-06-01/runtime/" + path, body, headers)
            response = self._connection.getresponse()
            return response.headers, response.read()
        except (OSError, http.client.HTTPException):
            end_all()


def end_all():
    """Ends this process and what it started: it leads its process group."""
    try:
        os.killpg(os.getpid(), signal.SIGKILL)
    except (AttributeError, OSError):
        os._exit(1)


def main(file, handler_name):
    handler_name = handler_name.replace("/", ".")
    folder, module_name = locate(file, handler_name)
    prepare(file, folder)
    api = RuntimeApi(os.environ["AWS_LAMBDA_RUNTIME_API"])
    request_id = set_up_logging()
    if os.environ.get("AWS_ENDPOINT_URL_CHIME_SDK_VOICE"):
        sys.meta_path.insert(0, FollowEndpointVariables())
    try:
        handler = pick_handler(load(file, module_name), file, handler_name)
    except Exception as error:
        type_name, document = error_document(error)
        flush()
        api.post("init/error", document, type_name)
        os._exit(1)  # whatever threads the file started
    while True:
        headers, body = api.next()
        request_id["value"] = headers["Lambda-Runtime-Aws-Request-Id"]
        os.environ["_X_AMZN_TRACE_ID"] = headers["Lambda-Runtime-Trace-Id"] or ""
        path = "invocation/" + request_id["value"]
        try:
            answer = to_json(handler(json.loads(body), LambdaContext(headers)))
        except Exception as error:
            type_name, document = error_document(error)
            flush()
            api.post(path + "/error", document, type_name)
        else:
            flush()
            api.post(path + "/response", answer)
        request_id["value"] = None


def locate(file, handler_name):
    """The folder that imports start from, and the name of the handler's file as seen from there. It has dots when the file is in
    a package (a folder with __init__.py), or when the handler's name says so (`src.app.lambda_handler`)."""
    folder, name = os.path.dirname(file), stem(file)
    while True:
        above, package = os.path.split(folder)
        longer = package + "." + name
        is_package = os.path.isfile(os.path.join(folder, "__init__.py"))
        if not package.isidentifier() or not (is_package or ".{}.".format(longer) in "." + handler_name):
            return folder, name
        folder, name = above, longer


def prepare(file, folder):
    """Makes the process look as if the handler's file was what was started."""
    sys.argv[:] = [file]
    if sys.path[:1] == [os.path.dirname(__file__)]:
        del sys.path[0]
    sys.path[:0] = list(dict.fromkeys((os.path.dirname(file), folder)))
    version = "AWS_Lambda_python{}.{}".format(*sys.version_info[:2])
    os.environ.setdefault("AWS_EXECUTION_ENV", version)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True, write_through=False)


def flush():
    """What was printed is out before the answer is."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            pass


class LogHandler(logging.StreamHandler):
    """Writes to what is standard error at the time."""

    def __init__(self):
        logging.Handler.__init__(self)

    @property
    def stream(self):
        return sys.stderr


def set_up_logging():
    """Gives `logging` one handler, from level INFO up. Returns where the id of the open invocation is kept for it."""
    request_id = {"value": None}

    def add_request_id(record):
        record.aws_request_id = request_id["value"] or "-"
        return True

    handler = LogHandler()
    handler.addFilter(add_request_id)
    formatter = logging.Formatter(
        "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s", "%Y-%m-%dT%H:%M:%S"
    )
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    return request_id


def load(file, name):
    """Imports the handler's file under its own name, so that files beside it can import it too."""
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    # A file named like a module that is loaded already must not take its place.
    sys.modules.setdefault(name, module)
    sys.modules.setdefault(stem(file), module)
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        message = "{}: {} ({}, line {})".format(type(error).__name__, error.msg, error.filename, error.lineno)
        raise Reported("Runtime.UserCodeSyntaxError", message, trace_lines(error)) from None
    except ImportError as error:
        message = "Unable to import module '{}': {}{}".format(name, error, advice(error, file))
        raise Reported("Runtime.ImportModuleError", message, trace_lines(error)) from None
    except KeyError as error:
        if not reads_environment(error):
            raise
        message = "The variable {} is not set; give it under `environment` of the function".format(error)
        raise Reported("KeyError", message, trace_lines(error)) from None
    return module


class FollowEndpointVariables(importlib.abc.MetaPathFinder):
    """Lets botocore before 1.31, which follows no AWS_ENDPOINT_URL_... by itself, do so whenever it is imported."""

    def find_spec(self, name, path, target=None):
        if name != "botocore.session":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            run = spec.loader.exec_module
            spec.loader.exec_module = lambda module: (run(module), follow_endpoint_variables(module.Session))
        return spec


def follow_endpoint_variables(session):
    version = sys.modules["botocore"].__version__.split(".")
    if [int(part) for part in version[:2]] >= [1, 31]:
        return
    create = session.create_client

    def create_client(self, service_name, *args, **named):
        variable = "AWS_ENDPOINT_URL_" + service_name.upper().replace("-", "_")
        url = os.environ.get(variable) or os.environ.get("AWS_ENDPOINT_URL")
        if url and len(args) < 5 and named.get("endpoint_url") is None:
            named["endpoint_url"] = url
        return create(self, service_name, *args, **named)

    session.create_client = create_client


def reads_environment(error):
    """Whether `os.environ[...]` failed."""
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and frames[-1].filename in (os.__file__, "<frozen os>")


def advice(error, file):
    """What to install: all modules that the files beside the handler import and that are not there."""
    if not isinstance(error, ModuleNotFoundError):
        return ""
    missing = missing_modules(file)
    if not missing:
        return ""
    along = [name for name in missing if name in ("boto3", "botocore")]
    why = "Lambda brings along {}. ".format(", ".join(along)) if along else ""
    text = ". {}Here install it for the Python that runs the function: {} -m pip install {}"
    return text.format(why, sys.executable, " ".join(missing))


def missing_modules(file):
    """Top names of imports of the file, and of the files beside it that it imports, that no finder knows. Nothing is run."""
    folder, files, missing = os.path.dirname(file), [file], []
    for path in files:
        try:
            with open(path, "rb") as source:
                tree = ast.parse(source.read())
        except (OSError, SyntaxError, ValueError):
            continue
        for name in imported(tree):
            beside = os.path.join(folder, name + ".py")
            if os.path.isfile(beside):
                if beside not in files:
                    files.append(beside)
            elif name not in missing and importlib.util.find_spec(name) is None:
                missing.append(name)
    return missing


def imported(tree):
    """Top names of absolute imports, but for those in a `try`, which may fail."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.partition(".")[0]
        elif isinstance(node, ast.ImportFrom):
            if node.level == 0 and node.module:
                yield node.module.partition(".")[0]
        elif not isinstance(node, ast.Try):
            yield from imported(node)


def stem(file):
    return os.path.splitext(os.path.basename(file))[0]


def pick_handler(module, file, handler_name):
    """The function named by `handler_name`; the name of the file may stand before it (`lambda_function.lambda_handler`)."""
    prefix = module.__name__ + "."
    names = [handler_name]
    for before in (prefix, stem(file) + "."):
        if handler_name.startswith(before):
            names.append(handler_name[len(before) :])
    if handler_name == DEFAULT_HANDLER:
        names.extend(LAMBDA_HANDLERS)
    for name in names:
        found = module
        for part in name.split("."):
            found = getattr(found, part, None)
        if callable(found):
            os.environ["_HANDLER"] = prefix + name
            return found
    own = [
        name
        for name, value in vars(module).items()
        if callable(value) and getattr(value, "__module__", None) == module.__name__
    ]
    message = '{} has no function "{}"; it has {}'.format(file, handler_name, ", ".join(own) or "none")
    raise Reported("Runtime.HandlerNotFound", message, [])


def to_json(value):
    """The answer as the JSON text that Lambda makes of it, in bytes. Bytes go out as they are."""
    if isinstance(value, bytes):
        return value
    try:
        plain = to_plain(value, "", set())
        try:
            return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
        except UnicodeEncodeError:
            return json.dumps(plain).encode("ascii")
    except (TypeError, ValueError, RecursionError) as error:
        message = "Unable to marshal response: {}".format(error)
        raise Reported("Runtime.MarshalError", message, ["Runtime.MarshalError: " + message]) from None


def to_plain(value, path, parents):
    """The value in the types of JSON: tuples as lists, named tuples as objects, Decimal as a number.
    Raises TypeError or ValueError with the place of what has no such form."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, decimal.Decimal):
        value = int(value) if value.is_finite() and value == value.to_integral_value() else float(value)
    if isinstance(value, (int, float)):
        if not math.isfinite(value):
            raise ValueError("{} is not a JSON number{}".format(value, place(path)))
        return value
    if not isinstance(value, (dict, list, tuple)):
        raise TypeError("{} is not JSON serializable{}".format(describe(value), place(path)))
    if id(value) in parents:
        raise ValueError("Circular reference{}".format(place(path)))
    parents.add(id(value))
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        plain = {key: to_plain(item, join(path, key), parents) for key, item in value._asdict().items()}
    elif isinstance(value, dict):
        plain = {to_key(key, path): to_plain(item, join(path, key), parents) for key, item in value.items()}
    else:
        plain = [to_plain(item, "{}[{}]".format(path, index), parents) for index, item in enumerate(value)]
    parents.discard(id(value))
    return plain


def to_key(key, path):
    if key is None or isinstance(key, (str, bool, int, float)):
        return key
    raise TypeError("A key of type {} is not JSON serializable{}".format(type(key).__name__, place(path)))


def join(path, key):
    return str(key) if path == "" else "{}.{}".format(path, key)


def place(path):
    return " (at {})".format(path or "the top")


def describe(value):
    if hasattr(value, "close") and hasattr(value, "cr_code"):
        value.close()  # else Python warns that nobody awaited it
        return "A coroutine (Lambda calls no async handler; call asyncio.run in a plain one)"
    return "Object of type {}".format(type(value).__name__)


def error_document(error):
    """The type of an error and the document that tells it."""
    if isinstance(error, Reported):
        type_name, trace = error.type_name, error.trace
    else:
        type_name, trace = type(error).__name__, trace_lines(error)
    try:
        message = str(error)
    except Exception:
        message = "an error that cannot be written as text"
    document = {"errorType": type_name, "errorMessage": message[:MAX_MESSAGE_CHARS], "stackTrace": trace}
    return type_name, json.dumps(document).encode("ascii")


def trace_lines(error):
    """The traceback with its causes, without the frames of this file and of the import system."""
    frame = error.__traceback__
    while frame is not None and is_ours(frame.tb_frame.f_code.co_filename):
        frame = frame.tb_next
    try:
        whole = "".join(traceback.TracebackException(type(error), error, frame).format())
    except Exception:
        whole = type(error).__name__
    lines = [line[:MAX_MESSAGE_CHARS] for line in whole.rstrip("\n").split("\n")]
    if len(lines) <= MAX_TRACE_LINES:
        return lines
    half = MAX_TRACE_LINES // 2
    return lines[:half] + ["  ... {} lines ...".format(len(lines) - 2 * half)] + lines[-half:]


def is_ours(filename):
    return filename == __file__ or filename.startswith("<frozen importlib")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
