import { isBridged, type BookedLeg } from "../book.ts";
import type { Invariant } from "../watch.ts";

/** The audio of the legs is joined by CallAndBridge, and until one of them leaves. */
export const bridge: Invariant = {
  name: "a bridge joins two legs that have audio, until one leaves",
  rule: "Contract: actions-call-and-bridge, actions-bridge-ringing, actions-bridge-ringback: opened when LEG-B answers or sends audio before, closed once when either leg leaves; LEG-A hears ringback, LEG-B or ringing",
  watch({ book }, fail) {
    let isOpen = false;
    let hasRung = false;
    let hasRingback: boolean | undefined;
    return {
      input() {
        hasRung = false;
      },
      effect(effect) {
        if (effect.do === "ring-leg") hasRung = true;
        else if (effect.do === "bridge-legs") {
          if (isOpen) fail("a bridge is opened while one is there");
          const [first, second] = effect.legIds;
          if (first !== book.a.id || second !== book.b?.id) fail("the wrong legs are joined");
          if (hasRingback === true && !book.b?.wasAnswered) fail("LEG-B is heard besides the ringback");
          if (!hasAudio(book.a) || !hasAudio(book.b)) fail("a leg is joined that has no audio");
          isOpen = true;
        } else if (effect.do === "unbridge-legs") {
          if (!isOpen) fail("a bridge is closed that is not there");
          if (!effect.legIds.includes(book.a.id)) fail("the wrong legs are parted");
          isOpen = false;
        } else if (effect.do === "observe" && effect.fact.type === "action-started") {
          const { RingbackTone } = effect.fact.parameters as { readonly RingbackTone?: unknown };
          hasRingback = effect.fact.action === "CallAndBridge" ? RingbackTone !== undefined : undefined;
        } else if (effect.do === "observe" && effect.fact.type === "action-ended") {
          const { action, outcome } = effect.fact;
          const areUp = book.a.state === "answered" && book.b?.state === "answered";
          if (action === "CallAndBridge" && outcome === "succeeded" && areUp && !isOpen) fail("nothing is joined");
          hasRingback = undefined;
        }
      },
      step({ after, input, before }) {
        const { a, b } = book;
        if (isOpen && book.replaced !== undefined) fail("the bridge outlives a LEG-B that was replaced");
        if (isOpen && (a.state === "over" || b === undefined || b.state === "over")) fail("the bridge outlives a leg");
        if (isOpen !== isBridged(after)) fail("the state of the call does not know of the bridge");
        if (hasRingback !== false || b === undefined || b.wasAnswered || !("legId" in input)) return;
        if (input.legId !== b.id || after.list.running === undefined) return;
        const isQuiet = a.state === "offered" && !a.hasEarlyMedia;
        if (input.type === "leg-ringing" && book.changed === b && isQuiet && !hasRung)
          fail("LEG-A does not hear that it rings");
        if (input.type === "leg-early-media" && isBridged(before) !== true && !isOpen)
          fail("LEG-A does not hear LEG-B");
      },
      end() {
        if (isOpen) fail("the bridge is never closed");
      },
    };
  },
};

function hasAudio(leg: BookedLeg | undefined): boolean {
  return leg !== undefined && (leg.state === "answered" || leg.hasEarlyMedia);
}
