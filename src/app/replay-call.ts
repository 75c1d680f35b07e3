import { actions } from "../actions/index.ts";
import { readFunctionReply } from "../engine/index.ts";
import { replyBounds } from "../call/index.ts";
import {
  readHistoryFile,
  replayHistory,
  type EngineReport,
  type History,
  type InvocationReport,
  type ReplayReport,
} from "../history/index.ts";
import { createInvoker, type FunctionOutput, type Invoker, type FileFunction } from "../invoke/index.ts";
import { silentLogger, systemClock } from "../kernel/index.ts";
import { awsStandIns } from "./functions/aws-stand-ins.ts";

/** A recorded call, and the function that it is to be run with. */
export interface ReplayCallOptions {
  /** Path of the history. */
  readonly file: string;
  /** Absolute path of the handler's file. */
  readonly functionFile: string;
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Called first, when the history was read. */
  readonly onHistory?: (history: History) => void;
  readonly onInvocation?: (report: InvocationReport) => void;
  readonly onEngine?: (report: EngineReport) => void;
  /** Each line that the function writes to its console. */
  readonly onOutput?: (output: FunctionOutput) => void;
}

/** Runs a recorded call again with a function in local processes, as the server runs it, and without a network.
 * @throws AppError HISTORY_UNREADABLE, HISTORY_MALFORMED, HISTORY_OTHER_VERSION, HISTORY_EMPTY, INVOKE_BAD_FUNCTION, INVOKE_NO_PYTHON */
export async function replayCall(options: ReplayCallOptions): Promise<ReplayReport> {
  const { file, onHistory, onInvocation, onEngine } = options;
  const history = await readHistoryFile(file);
  const invoker = await openFunctions(history, options);
  try {
    // As on the server, the start of a process is no part of the time that the function has.
    await invoker.warmUp();
    onHistory?.(history);
    const bounds = replyBounds({ rules: { actions }, config: history.settings });
    return await replayHistory(history, {
      actions,
      invoke: async ({ target, event, deadlineMs }) =>
        readFunctionReply(await invoker.invoke(target.functionArn, event, deadlineMs), bounds),
      ...(onInvocation === undefined ? {} : { onInvocation }),
      ...(onEngine === undefined ? {} : { onEngine }),
    });
  } finally {
    await invoker.close();
  }
}

/** Every function that the call could reach is this one; each keeps the name it had. */
function openFunctions({ call, settings }: History, options: ReplayCallOptions): Promise<Invoker> {
  const targets = [call.target, ...call.fallbackTargets];
  const names = new Set(targets.map(({ functionArn }) => /function:([^:]+)/.exec(functionArn)?.[1] ?? functionArn));
  const { functionFile: file, handler, environment, onOutput } = options;
  const timeoutMs = settings.limits.functionDeadlineMs;
  return createInvoker({
    functions: [...names].map((name): FileFunction => ({
      kind: "file",
      name,
      file,
      handler,
      environment,
      inherited: {},
      timeoutMs,
      maxProcesses: 1,
      reload: false,
    })),
    region: call.target.region,
    accountId: call.accountId,
    clock: systemClock,
    log: silentLogger,
    // There is no server, and a replay must not change anything in AWS: clients find nobody.
    environmentFor: (local) => awsStandIns(local, "http://127.0.0.1:9"),
    ...(onOutput === undefined ? {} : { onOutput }),
  });
}
