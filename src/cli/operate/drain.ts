import { setTimeout as sleep } from "node:timers/promises";
import { InvalidArgumentError, type Command } from "commander";
import type { AskedServer } from "./ask-server.ts";
import { askAndPrint, operatorCommand, type OperatorOptions } from "./operator-command.ts";

interface DrainOptions extends OperatorOptions {
  readonly resume: boolean;
  readonly wait: boolean;
  readonly within: number;
}

interface DrainState {
  readonly state: string;
  readonly calls: number;
}

const lookEveryMs = 1_000;
const longestWaitSeconds = 604_800;

/** `offhook drain`: no new calls, until those that are up have ended. */
export function drainCommand(): Command {
  return operatorCommand({
    name: "drain",
    description:
      "Lets a running server take no new calls, and waits until those that are up have ended. It goes on to run; --resume takes calls again.",
    examples: [
      "offhook drain                    waits up to an hour",
      "offhook drain --within 600       for ten minutes; exits with 3 if calls are still up then",
      "offhook drain --no-wait",
      "offhook drain --resume",
    ],
  })
    .option("--within <seconds>", "how long to wait", readSeconds, 3_600)
    .option("--no-wait", "only begin")
    .option("--resume", "take new calls again", false)
    .action((options: DrainOptions) =>
      askAndPrint("drain", options, async (server) => {
        const state = await server.ask<DrainState>(options.resume ? "DELETE" : "POST", "/drain");
        const isAwaited = options.wait && !options.resume;
        const last = isAwaited ? await untilNone(server, state, options.within * 1_000) : state;
        console.log(options.json ? JSON.stringify(last) : `${last.state}, ${last.calls} calls are up`);
        return isAwaited && last.calls > 0 ? 3 : undefined;
      }),
    );
}

/** Reads how long is waited, before anything is asked of the server. */
function readSeconds(text: string): number {
  const seconds = Number(text);
  if (/^\d+$/.test(text) && seconds <= longestWaitSeconds) return seconds;
  throw new InvalidArgumentError(`A whole number of seconds is needed, at most ${longestWaitSeconds} (a week).`);
}

/** Asks again and again, and says on standard error when the number has changed. */
async function untilNone(server: AskedServer, first: DrainState, withinMs: number): Promise<DrainState> {
  const until = performance.now() + withinMs;
  let state = first;
  for (let told = -1; state.calls > 0 && performance.now() < until;) {
    if (state.calls !== told) console.error(`${state.calls} calls are up`);
    told = state.calls;
    await sleep(Math.min(lookEveryMs, Math.max(0, until - performance.now())));
    state = await server.ask<DrainState>("POST", "/drain");
  }
  return state;
}
