import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import {
  createInvoker,
  type FunctionOutput,
  type InvocationResult,
  type LambdaFunction,
  type TraceContext,
} from "../../src/invoke/index.ts";
import { silentLogger, systemClock } from "../../src/kernel/index.ts";
import { createManualClock } from "../../src/testing/manual-clock.ts";

/** One request of the Invoke API as it came. */
interface Asked {
  readonly method: string | undefined;
  readonly functionName: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

type Answer = (response: ServerResponse, asked: Asked) => void;

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => {
  return (response) =>
    void response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
};
const problem = (status: number, type: string, headers: Record<string, string> = {}): Answer =>
  json(status, { Type: "User", message: `it is ${type}` }, { "x-amzn-errortype": type, ...headers });
const ofFunction = (errorType: string, errorMessage: string, more: object = {}): Answer =>
  json(
    200,
    { errorType, errorMessage, ...more },
    { "x-amz-function-error": "Unhandled", "x-amz-executed-version": "$LATEST" },
  );

const answers: Readonly<Record<string, Answer>> = {
  ok: (response, { body }) => {
    const log = Buffer.from("START\nhello from the function\nREPORT Duration: 3 ms\n").toString("base64");
    response.writeHead(200, { "x-amz-log-result": log, "x-amz-executed-version": "7" }).end(`{"got":${body}}`);
  },
  blank: (response) => void response.writeHead(200).end(),
  boom: ofFunction("TypeError", "x is no function", {
    trace: ["TypeError: x is no function", "    at handler (index.mjs:3:1)"],
  }),
  python: ofFunction("KeyError", "'CallDetails'", { stackTrace: ['  File "/var/task/app.py", line 3'] }),
  "slow-inside": ofFunction("Sandbox.Timedout", "RequestId: 1 Error: Task timed out after 3.00 seconds"),
  "older-timeout": json(
    200,
    { errorMessage: "2026-11-29T10:00:00Z 1 Task timed out after 3.00 seconds" },
    { "x-amz-function-error": "Unhandled" },
  ),
  exit: ofFunction("Runtime.ExitError", "RequestId: 1 Error: Runtime exited with error: exit status 1"),
  // The runtime interface emulator of many images has no header for it.
  rie: json(200, { errorType: "Error", errorMessage: "boom", stackTrace: [] }),
  // A reply may have members of any name beside its actions.
  "named-so": json(200, { SchemaVersion: "1.0", Actions: [], errorType: "none of ours" }),
  throttled: problem(429, "TooManyRequestsException", { "retry-after": "2" }),
  "throttled-soon": problem(429, "TooManyRequestsException"),
  denied: problem(403, "AccessDeniedException"),
  token: problem(403, "UnrecognizedClientException"),
  gone: problem(404, "ResourceNotFoundException"),
  large: problem(413, "RequestTooLargeException"),
  updating: problem(409, "ResourceConflictException"),
  broken: problem(500, "ServiceException"),
  vpc: problem(502, "EC2ThrottledException"),
  reset: (response) => void response.socket?.destroy(),
  "reset-inside": (response) =>
    void response.writeHead(200, { "content-length": "99" }).write("{", () => response.socket?.destroy()),
  html: (response) => void response.writeHead(503, { "content-type": "text/html" }).end("<html>no backend</html>"),
  silent: () => undefined,
  endless: (response) => {
    response.writeHead(200);
    const more = (): void => void (response.destroyed || response.write(Buffer.alloc(262_144, 32), more));
    more();
  },
};

describe("a function behind the Invoke API of AWS Lambda", () => {
  const asked: Asked[] = [];
  const waiting: ((one: Asked) => void)[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      const [, name = ""] = /^\/2015-03-31\/functions\/([^/]+)\/invocations/.exec(request.url ?? "") ?? [];
      const functionName = decodeURIComponent(name);
      const one = { method: request.method, functionName, headers: request.headers, body };
      asked.push(one);
      waiting.splice(0).forEach((tell) => tell(one));
      const key = /(?:function:)?([\w-]+)(?::[^:]+)?$/.exec(functionName)?.[1] ?? "";
      (answers[key] ?? problem(404, "ResourceNotFoundException"))(response, one);
    });
  });
  let endpoint = "";
  before(async () => {
    await once(server.listen(0, "127.0.0.1"), "listening");
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  /** Invokes it by that name, through the invoker of a server. */
  async function invoke(
    functionName: string | undefined,
    changes: Partial<LambdaFunction> = {},
    { arn = "menu", deadlineMs = 20_000, clock = systemClock, trace = undefined as TraceContext | undefined } = {},
  ): Promise<{ result: InvocationResult; output: FunctionOutput[] }> {
    const output: FunctionOutput[] = [];
    const target: LambdaFunction = {
      ...{ kind: "lambda", name: "menu", functionName, region: "eu-west-1", endpoint, profile: undefined },
      ...{ timeoutMs: 20_000, showsLog: false, ...changes },
    };
    const invoker = await createInvoker({
      ...{ functions: [target], region: "us-east-1", accountId: "111122223333", clock, log: silentLogger },
      onOutput: (line) => void output.push(line),
    });
    try {
      return { result: await invoker.invoke(arn, { n: "é" }, deadlineMs, { transactionId: "tx-1", trace }), output };
    } finally {
      await invoker.close();
    }
  }
  async function failureOf(functionName: string, changes: Partial<LambdaFunction> = {}) {
    const { result } = await invoke(functionName, changes);
    assert.ok(result.type === "failed", JSON.stringify(result));
    return result;
  }

  it("gets the trace of a call as AWS Lambda takes it and in its client context, and the same event", async () => {
    asked.length = 0;
    const trace = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", isSampled: true };
    await invoke("ok", {}, { trace });

    const [{ headers, body } = assert.fail("nothing came")] = asked;
    assert.equal(
      headers["x-amzn-trace-id"],
      "Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=b7ad6b7169203331;Sampled=1",
    );
    assert.deepEqual(JSON.parse(Buffer.from(String(headers["x-amz-client-context"]), "base64").toString()), {
      custom: { traceparent: `00-${trace.traceId}-${trace.spanId}-01` },
    });
    assert.match(String(headers["authorization"]), /SignedHeaders=[^,]*x-amz-client-context/);
    assert.deepEqual(JSON.parse(body), { n: "é" });
  });

  it("gets the event as it is, signed for its Region, once", async () => {
    asked.length = 0;
    const { result } = await invoke("arn:aws:lambda:eu-west-1:111122223333:function:ok:live");

    assert.deepEqual(result, { type: "response", payload: '{"got":{"n":"é"}}' });
    assert.equal(asked.length, 1);
    assert.equal(asked[0]?.functionName, "arn:aws:lambda:eu-west-1:111122223333:function:ok:live");
    assert.match(
      asked[0].headers.authorization ?? "",
      /^AWS4-HMAC-SHA256 Credential=offhook\/\d{8}\/eu-west-1\/lambda\//,
    );
    assert.equal(asked[0].headers["x-amz-log-type"], undefined);
  });

  it("is asked for by the application's ARN where the configuration names none", async () => {
    asked.length = 0;
    const arn = "arn:aws:lambda:us-west-2:999999999999:function:menu:3";
    await invoke(undefined, {}, { arn });
    assert.equal(asked[0]?.functionName, arn);
  });

  it("may be one of all that applications name and the configuration does not, each in the Region of its ARN", async () => {
    asked.length = 0;
    const target = { kind: "lambda", name: "*", functionName: undefined, region: undefined, endpoint } as const;
    const invoker = await createInvoker({
      ...{ functions: [{ ...target, profile: undefined, timeoutMs: 20_000, showsLog: false }], region: "us-east-1" },
      ...{ accountId: "111122223333", clock: systemClock, log: silentLogger },
    });
    const arns = ["us-west-2:999999999999:function:ok", "eu-west-1:999999999999:function:boom:live"].map(
      (end) => `arn:aws:lambda:${end}`,
    );
    assert.deepEqual(
      [...arns, "ok", "arn:aws:s3:::ok"].map((arn) => invoker.whyUnknown(arn) === undefined),
      [true, true, false, false],
    );
    const results = [];
    for (const arn of arns) results.push(await invoker.invoke(arn, { n: 1 }, 20_000));
    const counts = invoker.counts();
    await invoker.close();

    assert.deepEqual(
      results.map((one) => one.type),
      ["response", "failed"],
    );
    assert.deepEqual(
      asked.map(({ functionName }) => functionName),
      arns,
    );
    assert.match(asked[0]?.headers.authorization ?? "", /us-west-2\/lambda/);
    assert.match(asked[1]?.headers.authorization ?? "", /eu-west-1\/lambda/);
    assert.deepEqual(Object.keys(counts), ["ok", "boom"]);
  });

  it("shows its author the last lines of its log, with the call, where that is wanted", async () => {
    const { output } = await invoke("ok", { showsLog: true });

    assert.equal(asked.at(-1)?.headers["x-amz-log-type"], "Tail");
    assert.deepEqual(output[1], {
      functionName: "menu",
      stream: "stdout",
      line: "hello from the function",
      transactionId: "tx-1",
    });
    assert.equal(output.length, 3);
  });

  it("may answer nothing", async () => {
    assert.deepEqual((await invoke("blank")).result, { type: "response", payload: "" });
  });

  it("may have an error's words in a reply", async () => {
    assert.equal((await invoke("named-so")).result.type, "response");
  });

  it("fails with what its code threw, and where", async () => {
    const boom = await failureOf("boom");
    assert.deepEqual([boom.reason, boom.target], ["unhandled", "menu"]);
    assert.match(boom.message, /^Function "menu" at http:\/\/127\.0\.0\.1:\d+ failed: TypeError: x is no function$/);
    assert.equal(boom.stack, "TypeError: x is no function\n    at handler (index.mjs:3:1)");
    assert.match((await failureOf("python")).stack ?? "", /app\.py/);
    assert.equal((await failureOf("rie")).reason, "unhandled");
    assert.equal((await failureOf("exit")).reason, "unhandled");
  });

  it("fails as one that took too long when Lambda says so", async () => {
    assert.equal((await failureOf("slow-inside")).reason, "timeout");
    assert.equal((await failureOf("older-timeout")).reason, "timeout");
  });

  const refused: readonly [name: string, reason: string, message: RegExp][] = [
    ["throttled", "throttled", /^The AWS Lambda function was throttled\. .*TooManyRequestsException/],
    [
      "denied",
      "access-denied",
      /^Access denied while invoking the AWS Lambda function\. .*AccessDeniedException: it is/,
    ],
    ["token", "access-denied", /UnrecognizedClientException/],
    ["gone", "not-found", /ResourceNotFoundException: it is ResourceNotFoundException/],
    ["large", "refused", /RequestTooLargeException/],
    ["updating", "refused", /ResourceConflictException/],
    ["broken", "unreachable", /ServiceException/],
    ["vpc", "unreachable", /EC2ThrottledException/],
    ["reset", "unreachable", /ECONNRESET|socket hang up/],
    ["reset-inside", "unreachable", /aborted|ECONNRESET|premature/i],
    ["html", "unreachable", /Function "menu"/],
    ["endless", "unreachable", /more than 6291556 bytes/],
  ];
  for (const [name, reason, message] of refused) {
    it(`that is ${name} fails as ${reason}, after one try`, async () => {
      asked.length = 0;
      const failure = await failureOf(name);
      assert.equal(failure.reason, reason);
      assert.match(failure.message, message);
      assert.equal(asked.length, 1);
    });
  }

  it("says how long to wait before the next try", async () => {
    assert.equal((await failureOf("throttled")).retryAfterMs, 2_000);
    assert.equal((await failureOf("throttled-soon")).retryAfterMs, 300);
  });

  it("that gives no answer is given up in time, and is not asked again", async () => {
    asked.length = 0;
    const clock = createManualClock();
    const came = new Promise<Asked>((resolve) => void waiting.push(resolve));
    const pending = invoke("silent", { timeoutMs: 9_000 }, { clock });
    await came;
    clock.advance(9_000);

    const { result } = await pending;
    assert.ok(result.type === "failed");
    assert.equal(result.reason, "timeout");
    assert.match(result.message, /^AWS Lambda client operation timed out\. .* gave no answer in 9000 ms$/);
    assert.equal(asked.length, 1);
  });

  it("that nobody listens for, or whose name does not exist, cannot be reached", async () => {
    const unused = createServer();
    await once(unused.listen(0, "127.0.0.1"), "listening");
    const { port } = unused.address() as AddressInfo;
    await new Promise((resolve) => unused.close(resolve));

    assert.match((await failureOf("ok", { endpoint: `http://127.0.0.1:${port}` })).message, /ECONNREFUSED/);
    const lost = await failureOf("ok", { endpoint: "http://no-such-host.invalid" });
    assert.equal(lost.reason, "unreachable");
    assert.match(lost.message, /ENOTFOUND|EAI_AGAIN/);
  });
});
