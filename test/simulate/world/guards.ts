import type { FunctionReply } from "../../../src/call/index.ts";
import type { WireAction } from "../../../src/testing/internal/scripted-reply.ts";
import type { Choices } from "../choices.ts";
import { anAction } from "./random-actions.ts";

type Failure = Extract<FunctionReply, { type: "failed" }>;

/** What the configuration has behind a function. */
interface Guard {
  readonly fallback: string | undefined;
  readonly fallbackActions: readonly WireAction[] | undefined;
}

/** What the configuration has behind the functions of a call. */
export interface Guards {
  /** The failure as the invoker tells it, of the function with this name. */
  complete(failure: Failure, name: string): Failure;
  /** Whether a function fails now: in some calls most of them do. */
  isAway(): boolean;
}

/** Nobody wrote these for a call: they name no leg. */
const nobody = { callIds: [], hasPartner: false, isMeeting: false };
/** That the check of the configuration would not have let through. */
const unusable: readonly WireAction[] = [{ Type: "Sing" }];
const spares = ["spare", "other-spare"] as const;

/** In a third of the calls functions have others behind them, or actions for when nobody answers. */
export function someGuards(choices: Choices): Guards {
  const { rarely, one, below } = choices;
  const guards = new Map<string, Guard>();
  let awayOf4 = 0;
  if (rarely(3)) {
    awayOf4 = below(4);
    for (const name of ["fn-1", "fn-2", "fn-3", ...spares])
      guards.set(name, { fallback: one([undefined, after(name)]), fallbackActions: someActions(choices) });
  }
  return {
    complete(failure, name) {
      const { fallback, fallbackActions } = guards.get(name) ?? {};
      return {
        ...failure,
        target: name,
        ...(fallback === undefined ? {} : { fallback }),
        ...(fallbackActions === undefined ? {} : { fallbackActions }),
      };
    },
    isAway: () => awayOf4 > 0 && below(4) < awayOf4,
  };
}

/** No function comes back to itself. */
function after(name: string): string | undefined {
  const place = spares.indexOf(name as (typeof spares)[number]);
  return spares[place + 1];
}

function someActions(choices: Choices): readonly WireAction[] | undefined {
  const { below, one, rarely } = choices;
  if (below(2) === 0) return undefined;
  if (rarely(12)) return unusable;
  const list = Array.from({ length: one([1, 2, 3]) }, () => anAction(choices, nobody));
  // As a file has them: without members that say nothing.
  return JSON.parse(JSON.stringify(list)) as readonly WireAction[];
}
