import { stepSession, type SessionStart } from "./session-machine.ts";
import type { RequestContent, SessionEffect, SessionInput, SessionRequest } from "./session-effects.ts";
import type { Moment, SessionState } from "./session-state.ts";
import { defaultTimers } from "../transaction/timers.ts";

/** When tests of sessions begin. */
export const now: Moment = { atMs: 1_000_000, chance: 0.5 };
/** Their far end. */
export const peer = { transport: "udp", host: "192.0.2.9", port: 5060 } as const;

/** What their sessions begin with. */
export const start: SessionStart = {
  dialog: {
    sipCallId: "call",
    localTag: "ours",
    remoteTag: "theirs",
    localParty: "<sip:us@192.0.2.1>;tag=ours",
    remoteParty: "<sip:them@192.0.2.9>;tag=theirs",
    routes: [],
    remoteTarget: "sip:them@192.0.2.9",
    localSeq: 0,
    remoteSeq: 1,
  },
  peer,
  staysWithPeer: false,
  contactUser: "us",
  timers: defaultTimers,
  localSdp: "v=0 ours",
  remoteSdp: "v=0 theirs",
  peerTakesUpdate: false,
};

/** A request of the far end. */
export function aRequest(content: SessionRequest["content"], seq = 2): SessionRequest {
  return { type: "request", seq, peer, content };
}

/** The PRACK of the response with RSeq 7, unless told otherwise. */
export function aPrack(sdp: string | undefined, rseq = 7, seq = 1): SessionRequest {
  return aRequest({ type: "prack", rack: { rseq, seq, method: "INVITE" }, sdp });
}

/** A 183 to our INVITE. */
export function aProvisional(rseq: number | undefined, sdp?: string): SessionInput {
  return { type: "provisional", status: 183, rseq, sdp, contact: undefined, takesUpdate: undefined };
}

/** An INVITE or UPDATE in the dialog. */
export function aChange(method: "INVITE" | "UPDATE", sdp: string | undefined): RequestContent {
  return { type: "change", method, sdp, contact: undefined, takesUpdate: undefined, agreed: undefined };
}

/** An effect in a few words. */
export function printEffect(effect: SessionEffect): string {
  switch (effect.do) {
    case "respond":
      return `${effect.status} ${effect.form} to ${effect.to}${effect.lines.includes("RSeq") ? " reliably" : ""}`;
    case "refuse":
      return `${effect.refusal.cause} to ${effect.to}`;
    case "decline":
      return `${effect.refusal.status} to pending`;
    case "send-request":
      return `send ${effect.method} ${effect.seq}`;
    case "tell-end":
      return `end ${effect.end.type}`;
    case "note-flow":
      return `flow of ${effect.of}`;
    default:
      return effect.do;
  }
}

/** Feeds inputs one after the other, and gives what was asked for at each. */
export function runSession(
  first: SessionState,
  steps: readonly (readonly [atMs: number, input: SessionInput])[],
  between: (state: SessionState) => SessionState = (state) => state,
): { readonly state: SessionState; readonly asked: readonly string[] } {
  let state = first;
  const asked = steps.map(([afterMs, input]) => {
    const [next, effects] = stepSession(between(state), input, { atMs: now.atMs + afterMs, chance: 0.5 });
    state = next;
    return effects.map(printEffect).join(", ");
  });
  return { state, asked };
}
