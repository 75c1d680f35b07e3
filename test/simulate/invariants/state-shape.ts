import { tagOf, type CallState } from "../../../src/call/index.ts";
import type { Fail, Invariant } from "../watch.ts";

/** The parts of the state fit each other. */
export const stateShape: Invariant = {
  name: "the parts of the state fit each other",
  rule: "ARCHITECTURE, A call: LEG-A first and one LEG-B at most; a held list has an event that releases it; listeners and recordings belong to legs that are up",
  watch({ book }, fail) {
    return {
      step({ after }) {
        checkLegs(after, fail);
        const { list, pendingEvents, invocation, listeners, recordings } = after;
        const releases = invocation?.pending.releasesList === true || pendingEvents.some((one) => one.releasesList);
        if (list.heldByReply && !releases) fail("the list is held for ever");
        if (list.running !== undefined && list.heldByReply) fail("an action runs while the list is held");
        for (const { legId } of [...listeners, ...recordings]) {
          const leg = book.find(legId);
          if (leg === undefined || leg.state === "over") fail("a listener or recording of a leg that is gone");
        }
        for (const leg of after.legs) {
          const { state } = book.find(leg.id) ?? { state: "over" };
          const isSame = state === "over" ? leg.state.type === "ended" : leg.state.type === state;
          if (!isSame) fail(`${tagOf(leg)} is ${leg.state.type} in the state, but ${state}`);
        }
      },
    };
  },
};

function checkLegs({ legs }: CallState, fail: Fail): void {
  const [first, second] = legs;
  const isFirst = first?.calledFor === undefined;
  if (legs.length > 2 || !isFirst || (second !== undefined && second.calledFor !== first?.id)) fail("wrong legs");
}
