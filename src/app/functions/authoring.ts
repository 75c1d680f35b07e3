import { mkdir, realpath, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import type { Authoring, CallFeed, OutputLine } from "../../admin/index.ts";
import { historyPath, readPastHistory, type History } from "../../history/index.ts";
import type { FileFunction, FunctionOutput } from "../../invoke/index.ts";
import { AppError, errorCode, type Clock } from "../../kernel/index.ts";
import type { Config } from "../config/config.ts";
import { replayCall } from "../replay-call.ts";

/** Writes a call as the text of a test. The function's path is relative to the test's folder. Rejects with `TESTING_CANNOT_WRITE`. */
export type WriteTest = (history: History, functionPath: string, handler: string) => Promise<string>;

/** What a server offers while a function is written, with what it hears of functions. */
export interface OpenedAuthoring extends Authoring {
  readonly onFunctionOutput: (output: FunctionOutput) => void;
  readonly onFunctionReload: (functionName: string, changedFile: string) => void;
}

const mostLines = 2_000;
const longestLine = 4_000;
const mostReplayedLines = 500;

/** Opens it. */
export function createAuthoring(
  config: Pick<Config, "functions" | "histories">,
  feed: CallFeed,
  clock: Clock,
  writeTest: WriteTest | undefined,
): OpenedAuthoring {
  const lines: OutputLine[] = [];
  let isReplaying = false;
  const find = (callId: string) => findRecorded(config, callId);
  return {
    onFunctionOutput({ functionName, stream, line: whole, transactionId: callId }) {
      const line = whole.slice(0, longestLine);
      const at = clock.now();
      const isError = stream === "stderr";
      lines.push({ at, functionName, callId, line, isError });
      if (lines.length > mostLines) lines.shift();
      feed.note({ at, callId: callId ?? "", fact: { type: "function-output", ...{ functionName, line, isError } } });
    },
    onFunctionReload: (functionName, file) =>
      feed.note({ at: clock.now(), callId: "", fact: { type: "function-reloaded", ...{ functionName, file } } }),
    output: ({ functionName, callId, limit }) =>
      lines
        .filter((one) => functionName === undefined || one.functionName === functionName)
        .filter((one) => callId === undefined || one.callId === callId)
        .slice(-limit),
    async replay(callId) {
      if (isReplaying) throw new AppError("API_CONFLICT", "Another call is run again just now; wait for it.");
      isReplaying = true;
      try {
        const { file, history, path } = await find(callId);
        const output: string[] = [];
        const report = await replayCall({
          ...{ file: path, functionFile: file.file, handler: file.handler, environment: file.environment },
          onOutput: ({ line }) => void (output.length < mostReplayedLines && output.push(line.slice(0, longestLine))),
        });
        return { ...report, output, isRedacted: history.redacted };
      } finally {
        isReplaying = false;
      }
    },
    async saveTest(callId, name) {
      const { file, history, path } = await find(callId);
      if (writeTest === undefined) throw new AppError("API_UNPROCESSABLE", "This server writes no tests.");
      const home = await realpath(dirname(file.file));
      const folder = join(home, "tests");
      const text = await writeTest(history, relative(folder, file.file).replaceAll(sep, "/"), file.handler);
      await mkdir(folder, { recursive: true });
      // A link could lead out of the project.
      const target = join(await realpath(folder), `${name}.scene.yaml`);
      const shown = relative(home, target);
      if (!target.startsWith(home + sep))
        throw new AppError(
          "API_UNPROCESSABLE",
          `${folder} leads out of ${home}; tests are written into the project only.`,
        );
      await writeFile(target, text, { flag: "wx" }).catch((error: unknown) => {
        if (errorCode(error) !== "EEXIST") throw error;
        throw new AppError("API_CONFLICT", `${shown} exists already; give the test another name.`);
      });
      return { testFile: shown, historyFile: relative(home, path) };
    },
  };
}

/** The history of a call, and its function as a file. */
async function findRecorded({ functions, histories }: Pick<Config, "functions" | "histories">, callId: string) {
  const path = histories && historyPath(histories.folder, callId);
  const history = histories && (await readPastHistory(histories.folder, callId));
  if (path === undefined || history === undefined) {
    const why = histories === undefined ? "no histories are written (histories.write)" : "the oldest ones go";
    throw new AppError(
      "API_NOT_FOUND",
      `There is no history of the call ${JSON.stringify(callId.slice(0, 80))}: ${why}.`,
    );
  }
  const { functionArn } = history.call.target;
  const found = functions.find(({ arn, kind }) => arn === functionArn && kind === "file");
  if (found === undefined) {
    const why = `The function ${functionArn} is no file of this server: only functions that are files can be run again here.`;
    throw new AppError("API_UNPROCESSABLE", why);
  }
  return { path, history, file: found as FileFunction };
}
