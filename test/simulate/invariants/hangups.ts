import type { JsonObject } from "../../../src/call/index.ts";
import type { Invariant } from "../watch.ts";

/** HANGUP is told of each leg that was there. */
export const hangups: Invariant = {
  name: "one HANGUP per leg that existed, and none after",
  rule: "Contract: events-hangup-once, events-hangup-unanswered-partner: one for LEG-A, one for each LEG-B that answered, none for one that never did or left before LEG-A was up, nor for a meeting that was left; nothing is told after the last",
  watch({ book, scene }, fail) {
    const existed = new Set<string>([book.a.id]);
    const reported = new Set<string>();
    const last = { sequence: 0, target: "" };
    return {
      input() {
        if (book.changed?.state === "answered") existed.add(book.changed.id);
        else if (book.changed?.tag === "LEG-B" && book.b === undefined) existed.delete(book.changed.id);
      },
      effect(effect) {
        // Of a meeting HANGUP tells that it has ended, not that the caller left it.
        const isTold = scene.config.compatibility.hangupEventOfMeeting && book.a.state !== "over";
        if (effect.do === "leave-meeting" && !isTold) existed.delete(effect.legId);
        if (effect.do !== "invoke") return;
        const sequence = effect.event["Sequence"] as number;
        const isRetry = sequence === last.sequence && effect.target.applicationId === last.target;
        last.sequence = sequence;
        last.target = effect.target.applicationId;
        if (isRetry) return;
        if (!book.anyLive() && reported.size === existed.size) fail("an event is told after the last HANGUP");
        if (effect.event["InvocationEventType"] !== "HANGUP") return;
        const data = effect.event["ActionData"] as { readonly Parameters: JsonObject };
        const { CallId, ParticipantTag } = data.Parameters;
        const leg = book.find(String(CallId));
        if (leg === undefined || !existed.has(leg.id)) return fail("HANGUP of a leg that was not there");
        if (leg.state !== "over") fail(`HANGUP of ${leg.tag}, which is ${leg.state}`);
        if (leg.tag !== ParticipantTag) fail(`HANGUP calls ${leg.tag} ${String(ParticipantTag)}`);
        if (reported.has(leg.id)) fail(`a second HANGUP of ${leg.tag}`);
        reported.add(leg.id);
        return undefined;
      },
      end() {
        if (reported.size !== existed.size) fail(`${existed.size} legs were there, ${reported.size} HANGUPs were told`);
      },
    };
  },
};
