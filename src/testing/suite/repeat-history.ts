import { actions } from "../../actions/index.ts";
import { replyBounds } from "../../call/index.ts";
import { readFunctionReply } from "../../engine/index.ts";
import { replayHistory, type Difference, type History } from "../../history/index.ts";
import { callHandler, usualHangMs } from "../scene/index.ts";
import type { Handler, OpenFunction } from "../scene/index.ts";

/** Runs a recorded call again, and compares the function's replies with the recorded ones.
 * @throws Error with each difference */
export async function repeatHistory(history: History, app: Handler | OpenFunction): Promise<void> {
  const bounds = replyBounds({ rules: { actions }, config: history.settings });
  const report = await replayHistory(history, {
    actions,
    invoke: async (invocation) =>
      readFunctionReply(
        typeof app === "function"
          ? await callHandler(app, invocation, usualHangMs)
          : await app.invoke(invocation.event, usualHangMs),
        bounds,
      ),
  });
  const lines = [
    ...report.invocations.flatMap(({ sequence, eventType, actionType = "", verdict, differences }) =>
      verdict === "differs"
        ? [`event ${sequence} ${eventType} ${actionType}`.trimEnd(), ...differences.map(describe)]
        : [],
    ),
    ...report.engine.flatMap(({ line, input, differences }) => [
      `line ${line}, ${input}: the engine`,
      ...differences.map(describe),
    ]),
  ];
  if (lines.length > 0) throw new Error(`the recorded call goes otherwise now:\n${lines.join("\n")}`);
}

function describe({ path, recorded, now }: Difference): string {
  return `  ${path}: recorded ${JSON.stringify(recorded)}, now ${JSON.stringify(now)}`;
}
