import type { Invariant } from "../watch.ts";

/** A telephone is in one meeting at most, and never longer than it is up. */
export const meetings: Invariant = {
  name: "a meeting is left once, at the latest with its telephone",
  rule: "Contract: actions-join-chime-meeting-leg, events-hangup-meeting-with-telephone: joined once, then refused, ended by the meeting or left; the state knows which meeting it is",
  watch({ book }, fail) {
    /** The leg of the meeting that is being joined, or is joined. */
    let entered: string | undefined;
    return {
      input({ input }) {
        if (!("legId" in input) || input.legId !== entered || book.changed?.id !== entered) return;
        if (input.type === "meeting-refused" || input.type === "meeting-left") entered = undefined;
      },
      effect(effect) {
        if (effect.do === "join-meeting") {
          if (entered !== undefined) fail("a second meeting is joined");
          entered = effect.legId;
        } else if (effect.do === "leave-meeting") {
          if (entered !== effect.legId) fail("a meeting is left that the telephone is not in");
          entered = undefined;
        }
      },
      step({ after }) {
        if (entered !== undefined && book.a.state === "over") fail("the meeting outlives its telephone");
        for (const { kind, state, meeting } of after.legs) {
          const isJoined = kind === "meeting" && state.type !== "dialing";
          if ((meeting !== undefined) !== isJoined) fail("the state does not know which meeting was joined");
        }
      },
      end() {
        if (entered !== undefined) fail("a meeting is never left");
      },
    };
  },
};
