import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { awsStandIns } from "../../app/index.ts";
import { createInvoker, type InvocationResult } from "../../invoke/index.ts";
import { AppError, silentLogger, systemClock } from "../../kernel/index.ts";

/** A function in a process of its own, for scenes. */
export interface OpenFunction {
  /** Asks it once; never rejects.
   * @param withinMs real milliseconds for the answer, without the start of a process. Default 20,000 */
  invoke(event: unknown, withinMs?: number): Promise<InvocationResult>;
  /** Loads its code, if that was not done before.
   * @throws AppError TESTING_NO_FUNCTION with the place, when it cannot be loaded */
  load(): Promise<void>;
  /** Ends its processes. */
  close(): Promise<void>;
}

/** How a function is run. */
export interface OpenFunctionOptions {
  /** The exported handler. Default "handler"; in a Python file without one, `lambda_handler`. */
  readonly handler?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Each line that it writes to its console. Default: they go to the console of the test. */
  readonly onOutput?: (line: string) => void;
}

const longestMs = 20_000;

/** Opens a function from its file (JavaScript, TypeScript or Python), in processes that speak Lambda's Runtime API, as the server does. One
 * serves any number of scenes. While it works the clock of the scene stands still; `hangsAfterRealMs` of the scene says when it hangs.
 * @throws AppError INVOKE_BAD_FUNCTION, INVOKE_NO_PYTHON */
export async function openFunction(file: string | URL, options: OpenFunctionOptions = {}): Promise<OpenFunction> {
  const { handler = "handler", environment = {}, onOutput = (line: string) => console.log(line) } = options;
  const invoker = await createInvoker({
    functions: [
      {
        kind: "file",
        name: "function-under-test",
        file: typeof file === "string" ? resolve(file) : fileURLToPath(file),
        handler,
        environment,
        inherited: {},
        timeoutMs: longestMs,
        maxProcesses: 10,
        reload: false,
      },
    ],
    region: "us-east-1",
    accountId: "111122223333",
    clock: systemClock,
    log: silentLogger,
    // A test must not change anything in AWS: clients find nobody, unless `environment` says where.
    environmentFor: (local) => awsStandIns(local, "http://127.0.0.1:9"),
    onOutput: ({ line }) => onOutput(line),
  });
  const load = async () => {
    const [unloaded] = await invoker.warmUp();
    if (unloaded === undefined) return;
    const { message, stack } = unloaded;
    throw new AppError("TESTING_NO_FUNCTION", stack === undefined ? message : `${message}\n${stack}`);
  };
  let loaded: Promise<void> | undefined;
  return {
    load: () => (loaded ??= load()),
    invoke: (event, withinMs = longestMs) => invoker.invoke("function-under-test", event, withinMs),
    close: () => invoker.close(),
  };
}
