import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { errorMessage, type Clock } from "../../kernel/index.ts";
import type { FunctionOutput, LocalFunction } from "../types.ts";
import { functionEnvironment } from "./function-environment.ts";
import type { FunctionRuntime } from "./function-runtime.ts";
import type { OutputMeter } from "./output-meter.ts";
import type { FunctionProcess, FunctionProcessDelegate, ProcessExit } from "./process-interface.ts";
import type { ProcessGuard } from "./process-guard.ts";
import { readOutput } from "./read-output.ts";
import { createCpuWatch, allowedEventCpuMs, allowedLoadCpuMs, readCpuMs } from "./cpu-watch.ts";
import { lowerPriority, stepsBelow } from "./lower-priority.ts";
import { findChildren } from "./started-processes.ts";
import { openRuntimeApi } from "./runtime-api.ts";
import {
  maxResponseBytes,
  type RuntimeDelegate,
  type RuntimeDoor,
  type RuntimeError,
  type RuntimeInvocation,
} from "./runtime-door.ts";
import { openRuntimePipe } from "./runtime-pipe.ts";

export interface FunctionProcessOptions {
  readonly local: LocalFunction;
  readonly runtime: FunctionRuntime;
  readonly region: string;
  /** Variables besides those of Lambda; the function's own win. */
  readonly surroundings: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly guard: ProcessGuard;
  readonly meter: OutputMeter;
  readonly onOutput: (output: FunctionOutput) => void;
  /** Other processes of the function serve already: this one loads its code at a lower priority. */
  readonly isFurther: boolean;
}

/** Time between SIGTERM and SIGKILL. */
const termGraceMs = 300;
/** Time for the last console output to arrive after a process ended. */
const lastOutputMs = 100;
const keptErrorLines = 40;

/** Starts one process of a function: its runtime, with a pipe or on a Runtime API of its own. It leads a process group
 * (except on Windows), so that ending it ends whatever it started, and Ctrl-C at the server does not reach it. */
export function startFunctionProcess(
  options: FunctionProcessOptions,
  delegate: FunctionProcessDelegate,
): FunctionProcess {
  const { local, clock, guard } = options;
  let door: RuntimeDoor | undefined;
  let child: ChildProcess | undefined;
  let ended = false;
  let exited = false;
  let initError: RuntimeError | undefined;
  let ready = false;
  /** The call whose event it handles or handled last; undefined also while it may be of several. */
  let transactionId: string | undefined;
  /** The events that it has. */
  let given: readonly RuntimeInvocation[] = [];
  const errorLines: string[] = [];
  /** What it had started when it was told to end. */
  let orphans: readonly number[] = [];

  const cpuWatch = createCpuWatch(
    clock,
    () => readCpuMs(child?.pid),
    () => {
      if (child?.pid !== undefined) lowerPriority(child.pid, stepsBelow.overusing);
    },
  );

  const exit = (how: string): void => {
    if (exited) return;
    exited = true;
    cpuWatch.end();
    door?.close();
    delegate.onExit(describeExit(how, ready, initError, errorLines));
  };

  /** It begins the first of those. */
  const begin = (): void => {
    // What it wrote before its last answer is in the pipe by now and is read first.
    setImmediate(() => {
      if (given.length > 0) transactionId = given.length > 1 ? undefined : given[0]?.transactionId;
    });
    cpuWatch.begin(allowedEventCpuMs);
  };

  const launch = async (): Promise<void> => {
    const said: RuntimeDelegate = {
      ...passAnswers(local.name, delegate),
      onNext: () => {
        // Once its code is loaded, since loading takes long enough on a busy machine.
        if (!ready && child?.pid !== undefined) lowerPriority(child.pid, stepsBelow.waiting);
        ready = true;
        given = given.slice(1);
        if (given.length > 0) begin();
        else cpuWatch.end();
        delegate.onReady();
      },
      onInitError: (error) => void (initError = error),
      onGaveBack: (requestIds) => {
        given = given.filter(({ requestId }) => !requestIds.includes(requestId));
        delegate.onGaveBack(requestIds);
      },
    };
    const api = options.runtime.takesPipe ? undefined : await openRuntimeApi(said);
    door = api;
    if (ended) return exit("ended by the server");
    const { file } = options.runtime;
    if (!existsSync(file)) {
      initError = { type: "Runtime.ImportModuleError", message: `There is no file ${file}`, trace: undefined };
      return exit("not started");
    }
    const mark = guard.newMark();
    child = spawnBootstrap(options, api?.address, mark);
    door ??= openRuntimePipe(child.stdio[3], said);
    const { pid } = child;
    if (pid !== undefined) guard.add(pid);
    if (pid !== undefined && options.isFurther) lowerPriority(pid, stepsBelow.waiting);
    cpuWatch.begin(allowedLoadCpuMs);
    readOutput(child, options.meter, (stream, line) => {
      if (stream === "stderr") errorLines.push(line);
      if (errorLines.length > keptErrorLines) errorLines.shift();
      if (given.length > 0) delegate.onPrinted();
      options.onOutput({ functionName: local.name, stream, line, transactionId });
    });
    child.once("exit", () => void guard.endStarted(mark, orphans, local.name));
    whenGone(child, clock, (how) => {
      if (pid !== undefined) guard.remove(pid);
      exit(how);
    });
  };
  launch().catch((error: unknown) => exit(errorMessage(error)));

  return {
    run(invocation) {
      given = [...given, invocation];
      if (given.length === 1) begin();
      // What it writes now may be of either.
      else transactionId = undefined;
      return door?.deliver(invocation) ?? false;
    },
    askBack: () => door?.askBack(),
    end() {
      if (ended) return;
      ended = true;
      if (child === undefined) return;
      if (child.pid !== undefined) orphans = findChildren(child.pid);
      signalGroup(child, "SIGTERM");
      clock.startTimer(termGraceMs, () => {
        if (!exited) signalGroup(child, "SIGKILL");
      });
    },
  };
}

/** Reports how the process ended, after its last console output, and ends what it started. */
function whenGone(child: ChildProcess, clock: Clock, gone: (how: string) => void): void {
  child.once("error", (error) => gone(errorMessage(error)));
  child.once("exit", (code, signal) => {
    const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
    signalGroup(child, "SIGKILL");
    const timer = clock.startTimer(lastOutputMs, () => gone(how));
    child.once("close", () => {
      timer.cancel();
      gone(how);
    });
  });
}

function describeExit(
  how: string,
  ready: boolean,
  initError: RuntimeError | undefined,
  errorLines: readonly string[],
): ProcessExit {
  if (initError !== undefined) {
    return { reason: "init", message: `${initError.type}: ${initError.message}`, stack: initError.trace };
  }
  const stack = errorLines.length === 0 ? undefined : errorLines.join("\n");
  if (ready) return { reason: "crashed", message: `The process ended (${how})`, stack };
  const message = `The process ended before it was ready for work (${how}${hints[how] ?? ""})`;
  return { reason: "init", message, stack };
}

/** What some exit codes without an error mean. Source: the exit codes of Node's documentation. */
const hints: Readonly<Record<string, string>> = {
  "exit code 0": ": the file, or what it imports, ends the process while it loads",
  "exit code 13": ": an await at the top of a file, or of what it imports, never ends",
};

/** What the process answers, as results. */
function passAnswers(
  functionName: string,
  delegate: FunctionProcessDelegate,
): Pick<RuntimeDelegate, "onResponse" | "onResponseTooLarge" | "onError"> {
  return {
    onResponse: (payload, tookMs) => delegate.onAnswer({ type: "response", payload }, tookMs),
    onResponseTooLarge: () =>
      delegate.onAnswer({
        type: "failed",
        reason: "unhandled",
        message: `The answer of function "${functionName}" is over ${maxResponseBytes} bytes`,
        stack: undefined,
      }),
    onError: (error) =>
      delegate.onAnswer({
        type: "failed",
        reason: error.type === "Runtime.MarshalError" ? "not-json" : "unhandled",
        message: `${error.type}: ${error.message}`,
        stack: error.trace,
      }),
  };
}

function spawnBootstrap(
  { local, region, runtime, surroundings }: FunctionProcessOptions,
  apiAddress: string | undefined,
  mark: string,
): ChildProcess {
  const logStream = `local/[$LATEST]${mark}`;
  return spawn(runtime.command, runtime.args, {
    cwd: runtime.folder,
    env: functionEnvironment(local, { region, logStream, surroundings }, runtime, apiAddress),
    // The third is the pipe of events. "overlapped" is the same as "pipe", but for Windows, where it can be read and written at one time.
    stdio: ["ignore", "pipe", "pipe", ...(runtime.takesPipe ? (["overlapped"] as const) : [])],
    detached: process.platform !== "win32",
    windowsHide: true,
  });
}

/** Signals the process and all that it started. A group that is gone already is no error. */
function signalGroup(child: ChildProcess | undefined, signal: "SIGTERM" | "SIGKILL"): void {
  if (child?.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    return;
  }
}
