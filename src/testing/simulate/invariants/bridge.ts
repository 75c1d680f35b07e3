import type { Invariant } from "../watch.ts";

/** The audio of the legs is joined while both are up, and only by CallAndBridge. */
export const bridge: Invariant = {
  name: "a bridge joins two answered legs, until one leaves",
  rule: "events sections 8.6 to 8.12: opened by the success of CallAndBridge, closed once when either leg leaves",
  watch({ book }, fail) {
    let isOpen = false;
    let hasBridged = false;
    return {
      input() {
        hasBridged = false;
      },
      effect(effect) {
        if (effect.do === "bridge-legs") {
          if (isOpen) fail("a bridge is opened while one is there");
          const [first, second] = effect.legIds;
          if (first !== book.a.id || second !== book.b?.id) fail("the wrong legs are joined");
          if (book.a.state !== "answered" || book.b?.state !== "answered") fail("a leg is joined that is not up");
          isOpen = true;
          hasBridged = true;
        } else if (effect.do === "unbridge-legs") {
          if (!isOpen) fail("a bridge is closed that is not there");
          isOpen = false;
        } else if (effect.do === "observe" && effect.fact.type === "action-ended") {
          const { action, outcome } = effect.fact;
          const areUp = book.a.state === "answered" && book.b?.state === "answered";
          if (action === "CallAndBridge" && outcome === "succeeded" && areUp && !hasBridged) fail("nothing is joined");
        }
      },
      step({ after }) {
        const areUp = book.a.state === "answered" && book.b?.state === "answered";
        if (isOpen && !areUp) fail("the bridge stays though a leg has left");
        if (isOpen !== after.bridged) fail("the state of the call does not know of the bridge");
      },
      end() {
        if (isOpen) fail("the bridge is never closed");
      },
    };
  },
};
