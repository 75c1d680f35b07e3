import assert from "node:assert/strict";
import { test } from "node:test";
import type { DigestChallenge } from "../digest/challenge.ts";
import { defaultTimers } from "../transaction/timers.ts";
import type { RequestContent, SessionEffect, SessionInput, SessionRequest } from "./session-effects.ts";
import { startCalled, startCalling, stepSession, type SessionStart } from "./session-machine.ts";
import { isAckKnown, takesAck, type Moment, type SessionPhase, type SessionState } from "./session-state.ts";

const now: Moment = { atMs: 1_000_000, chance: 0.5 };
const peer = { transport: "udp", host: "192.0.2.9", port: 5060 } as const;
const interval = { seconds: 100, isOurs: true };
const agreed = { interval, lines: "Session-Expires: 100;refresher=uas\r\n" };

const start: SessionStart = {
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
const unacknowledged = { seq: 1, bringsAnswer: false, resendMs: 500 };
const early: Extract<SessionPhase, { type: "early" }> = { type: "early", seq: 1, hasOffer: true, agreed: undefined };
const called = startCalled(start, early);

/** A session in each phase. */
const sessions: Readonly<Record<string, SessionState>> = {
  early: called,
  "waiting-for-ack": { ...called, phase: { type: "waiting-for-ack", ...unacknowledged } },
  "waiting-for-ack with our offer": {
    ...called,
    phase: { type: "waiting-for-ack", ...unacknowledged, bringsAnswer: true },
  },
  confirmed: { ...called, phase: { type: "confirmed" }, interval, acknowledgedSeq: 1 },
  offering: { ...called, phase: { type: "offering", seq: 1 }, interval, acknowledgedSeq: 1 },
  "answering UPDATE, ACK due": { ...called, phase: { ...aPhaseInHand("UPDATE"), unacknowledged } },
  "answering INVITE": { ...called, phase: aPhaseInHand("INVITE") },
  "answering UPDATE": { ...called, phase: aPhaseInHand("UPDATE") },
  "leaving, ACK due": { ...called, phase: { type: "leaving", unacknowledged, reason: undefined } },
  "leaving, BYE sent": { ...called, phase: { type: "leaving", unacknowledged: undefined, reason: undefined } },
  ended: { ...called, phase: { type: "ended" } },
};

function aPhaseInHand(method: "INVITE" | "UPDATE"): Extract<SessionPhase, { type: "answering" }> {
  const offer = { sdp: "v=0 new", contact: undefined, takesUpdate: undefined, agreed: undefined };
  return { type: "answering", method, seq: 2, ...offer, peer, unacknowledged: undefined };
}

function aRequest(content: SessionRequest["content"], seq = 2): SessionRequest {
  return { type: "request", seq, peer, content };
}

function aChange(method: "INVITE" | "UPDATE", sdp: string | undefined): RequestContent {
  return { type: "change", method, sdp, contact: undefined, takesUpdate: undefined, agreed: undefined };
}

const challenge: DigestChallenge = {
  ...{ by: "proxy", realm: "r", nonce: "n", opaque: undefined, algorithm: undefined, hash: "md5" },
  ...{ isSession: false, hasQop: true, isStale: false },
};
const refused = { type: "refused", refusal: { cause: "extension-required", why: "" } } as const;

const inputs: Readonly<Record<string, SessionInput>> = {
  INVITE: aRequest(aChange("INVITE", "v=0 new")),
  "UPDATE with offer": aRequest(aChange("UPDATE", "v=0 new")),
  "UPDATE without offer": aRequest(aChange("UPDATE", undefined)),
  BYE: aRequest({ type: "bye" }),
  INFO: aRequest({ type: "info", key: { digit: "5", durationMs: 100 } }),
  OPTIONS: aRequest({ type: "options" }),
  "not admitted": aRequest(refused),
  "old CSeq": aRequest({ type: "bye" }, 0),
  CANCEL: { type: "cancel" },
  ACK: { type: "ack", seq: 1, sdp: undefined },
  "ACK of another": { type: "ack", seq: 7, sdp: undefined },
  "2xx": { type: "response", method: "INVITE", seq: 1, status: 200, interval },
  "491": { type: "response", method: "INVITE", seq: 1, status: 491 },
  "481": { type: "response", method: "INVITE", seq: 1, status: 481 },
  "422": { type: "response", method: "INVITE", seq: 1, status: 422, smallestSeconds: 200 },
  "407": { type: "response", method: "INVITE", seq: 1, status: 407, challenges: [challenge] },
  "407 to BYE": { type: "response", method: "BYE", seq: 1, status: 407, challenges: [challenge] },
  "488": { type: "response", method: "INVITE", seq: 1, status: 488 },
  "response to BYE": { type: "response", method: "BYE", seq: 1, status: 200 },
  "no response to INVITE": { type: "failed", of: "INVITE" },
  "no response to BYE": { type: "failed", of: "BYE" },
  "cannot respond": { type: "failed", of: "response" },
  left: { type: "left" },
  ring: { type: "user", wish: "ring" },
  progress: { type: "user", wish: "progress", sdp: "v=0" },
  answer: { type: "user", wish: "answer", sdp: "v=0" },
  reject: { type: "user", wish: "reject", refusal: { status: 486 } },
  reply: { type: "user", wish: "reply", reply: "v=0 reply" },
  "refusing reply": { type: "user", wish: "reply", reply: undefined },
  "hang-up": { type: "user", wish: "hang-up", reason: undefined },
  "timer resend": { type: "timer", name: "resend" },
  "timer no-ack": { type: "timer", name: "no-ack" },
  "timer refresh": { type: "timer", name: "refresh" },
  "timer expiry": { type: "timer", name: "expiry" },
};

/** An effect in a few words. */
function printEffect(effect: SessionEffect): string {
  switch (effect.do) {
    case "respond":
      return `${effect.status} ${effect.form} to ${effect.to}`;
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

/** "confirmed: 200 plain to request; resend +500". */
function printStep([state, effects]: readonly [SessionState, readonly SessionEffect[]]): string {
  const timers = Object.entries(state.deadlines).flatMap(([name, at]) =>
    at === undefined ? [] : [`${name} +${at - now.atMs}`],
  );
  return `${state.phase.type}: ${[effects.map(printEffect).join(", "), ...timers].join("; ")}`;
}

const callOver = "call-over to request";
const acknowledged = ["acknowledge"] as const;
const inCall = {
  "UPDATE without offer": "flow of request, 200 changed to request",
  INFO: "flow of request, 200 plain to request, tell-key",
  OPTIONS: "flow of request, 200 options to request",
  "not admitted": "extension-required to request",
  "old CSeq": "out-of-order to request",
  "2xx": acknowledged[0],
};
const overForOwner = {
  ...{ INVITE: callOver, "UPDATE with offer": callOver, "UPDATE without offer": callOver, INFO: callOver },
  ...{ OPTIONS: callOver, "not admitted": callOver, "old CSeq": "out-of-order to request", "2xx": "acknowledge" },
};
const byeNow = "end timeout, send BYE 1";

/** Phase and input -> "next phase: effects; timers", or the effects alone where the phase stays and no timer runs. What is not named does nothing. */
const table: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  early: {
    ...inCall,
    INVITE: "offer-too-early to request",
    "UPDATE with offer": "offer-too-early to request",
    BYE: "ended: 200 plain to request, cancelled to pending, end bye, leave",
    CANCEL: "ended: cancelled to pending, end cancelled, leave",
    "cannot respond": "ended: end transport, leave",
    ring: "180 early to pending",
    progress: "183 early to pending",
    answer: "waiting-for-ack: 200 made to pending; resend +500; no-ack +32000",
    reject: "ended: 486 to pending, end local, leave",
    "hang-up": "ended: 480 to pending, end local, leave",
  },
  "waiting-for-ack": {
    ...inCall,
    INVITE: "offer-pending to request",
    "UPDATE with offer": "answering: ask-owner",
    BYE: "ended: 200 plain to request, end bye, leave",
    ACK: "confirmed: tell-acknowledged",
    "hang-up": "leaving: end local",
    "timer resend": "waiting-for-ack: resend-answer; resend +1000",
    "timer no-ack": "leaving: end no-ack, send BYE 1",
    "timer expiry": "leaving: end timeout",
  },
  "waiting-for-ack with our offer": {
    ...inCall,
    INVITE: "offer-pending to request",
    "UPDATE with offer": "offer-pending to request",
    BYE: "ended: 200 plain to request, end bye, leave",
    ACK: "confirmed: tell-acknowledged",
    "hang-up": "leaving: end local",
    "timer resend": "waiting-for-ack: resend-answer; resend +1000",
    "timer no-ack": "leaving: end no-ack, send BYE 1",
    "timer expiry": "leaving: end timeout",
  },
  confirmed: {
    ...inCall,
    INVITE: "answering: ask-owner",
    "UPDATE with offer": "answering: ask-owner",
    BYE: "ended: 200 plain to request, end bye, leave",
    "hang-up": "leaving: end local, send BYE 1",
    "timer refresh": "offering: send INVITE 1",
    "timer expiry": `leaving: ${byeNow}`,
  },
  offering: {
    ...inCall,
    INVITE: "offer-pending to request",
    "UPDATE with offer": "offer-pending to request",
    BYE: "ended: 200 plain to request, end bye, leave",
    "2xx": "confirmed: acknowledge; expiry +100000; refresh +50000",
    "491": "confirmed: ; refresh +3050",
    "422": "confirmed: ; refresh +0",
    "407": "offering: send INVITE 1",
    "488": "confirmed: ",
    "481": `leaving: ${byeNow}`,
    "no response to INVITE": `leaving: ${byeNow}`,
    "hang-up": "leaving: end local, send BYE 1",
    "timer refresh": "offering: ; refresh +3050",
    "timer expiry": `leaving: ${byeNow}`,
  },
  "answering INVITE": {
    ...inCall,
    INVITE: "offer-too-early to request",
    "UPDATE with offer": "offer-too-early to request",
    BYE: "ended: 200 plain to request, cancelled to pending, end bye, leave",
    reply: "waiting-for-ack: flow of pending, 200 changed to pending; resend +500; no-ack +32000",
    "refusing reply": "confirmed: offer-refused to pending",
    "hang-up": "leaving: end local, send BYE 1, cancelled to pending",
    "timer expiry": `leaving: ${byeNow}, cancelled to pending`,
  },
  "answering UPDATE": {
    ...inCall,
    INVITE: "offer-too-early to request",
    "UPDATE with offer": "offer-too-early to request",
    BYE: "ended: 200 plain to request, call-over to pending, end bye, leave",
    reply: "confirmed: flow of pending, 200 changed to pending",
    "refusing reply": "confirmed: offer-refused to pending",
    "hang-up": "leaving: end local, send BYE 1, call-over to pending",
    "timer expiry": `leaving: ${byeNow}, call-over to pending`,
  },
  "answering UPDATE, ACK due": {
    ...inCall,
    INVITE: "offer-too-early to request",
    "UPDATE with offer": "offer-too-early to request",
    BYE: "ended: 200 plain to request, call-over to pending, end bye, leave",
    ACK: "answering: tell-acknowledged",
    reply: "waiting-for-ack: flow of pending, 200 changed to pending",
    "refusing reply": "waiting-for-ack: offer-refused to pending",
    "hang-up": "leaving: end local, call-over to pending",
    "timer resend": "answering: resend-answer; resend +1000",
    "timer no-ack": "leaving: end no-ack, send BYE 1, call-over to pending",
    "timer expiry": "leaving: end timeout, call-over to pending",
  },
  "leaving, ACK due": {
    ...overForOwner,
    BYE: "ended: 200 plain to request, leave",
    ACK: "leaving: send BYE 1",
    "timer resend": "leaving: resend-answer; resend +1000",
    "timer no-ack": "leaving: send BYE 1",
  },
  "leaving, BYE sent": {
    ...overForOwner,
    BYE: "ended: 200 plain to request, leave",
    "response to BYE": "ended: leave",
    "407 to BYE": "leaving: send BYE 1",
    "no response to BYE": "ended: leave",
  },
  ended: { ...overForOwner, BYE: "200 plain to request" },
};
/** The far end's BYE came first: nobody says one any more. */
for (const [name, row] of Object.entries(table)) if (name !== "ended") Object.assign(row, { left: "ended: leave" });

for (const [name, state] of Object.entries(sessions)) {
  test(`a session that is ${name} does as the RFCs say with each input`, () => {
    const row = table[name] ?? {};
    for (const unknown of Object.keys(row)) assert.ok(unknown in inputs, `no input ${unknown}`);
    const found = Object.entries(inputs).map(([input, value]) => {
      const [next, effects] = stepSession(state, value, now);
      return [input, printStep([next, effects.filter((effect) => effect.do !== "ignore")])];
    });
    const expected = Object.keys(inputs).map((input) => {
      const said = row[input] ?? "";
      return [input, /^[a-z-]+: /.test(said) ? said : `${state.phase.type}: ${said}`];
    });
    assert.deepEqual(Object.fromEntries(found), Object.fromEntries(expected));
  });
}

/** Feeds inputs one after the other, and gives what was asked for at each. */
function run(
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

const life: readonly (readonly [number, SessionInput])[] = [
  [0, { type: "user", wish: "ring" }],
  [10, { type: "user", wish: "answer", sdp: "v=0 offer" }],
  [510, { type: "timer", name: "resend" }],
  [600, { type: "ack", seq: 1, sdp: "v=0 late answer" }],
  [2_000, aRequest({ ...aChange("INVITE", "v=0 hold"), agreed } as RequestContent)],
  [2_000, { type: "user", wish: "reply", reply: "v=0 held" }],
  [2_050, { type: "ack", seq: 1, sdp: undefined }],
  [2_100, { type: "ack", seq: 2, sdp: undefined }],
  [50_010, { type: "timer", name: "refresh" }],
  [50_020, aRequest(aChange("INVITE", "v=0 glare"), 3)],
  [50_030, { type: "response", method: "INVITE", seq: 1, status: 491 }],
  [53_080, { type: "timer", name: "refresh" }],
  [53_090, { type: "response", method: "INVITE", seq: 2, status: 200, interval }],
  [60_000, { type: "user", wish: "hang-up", reason: { status: 503, text: "the server stops" } }],
  [60_010, { type: "response", method: "BYE", seq: 3, status: 200 }],
];

test("a state that was written as JSON after each input and read again goes on as if it had not been", () => {
  const first = startCalled(start, { ...early, hasOffer: false, agreed });
  const inMemory = run(first, life);
  const overJson = run(first, life, (state) => JSON.parse(JSON.stringify(state)) as SessionState);

  assert.deepEqual(overJson.asked, inMemory.asked);
  assert.deepEqual(JSON.parse(JSON.stringify(overJson.state)), JSON.parse(JSON.stringify(inMemory.state)));
  assert.deepEqual(overJson.asked, [
    "180 early to pending",
    "200 made to pending",
    "resend-answer",
    "tell-acknowledged",
    "ask-owner",
    "flow of pending, 200 changed to pending",
    "ignore",
    "",
    "send INVITE 1",
    "offer-pending to request",
    "",
    "send INVITE 2",
    "acknowledge",
    "end local, send BYE 3",
    "leave",
  ]);
});

test("the descriptions that were agreed are in the state, also those of a late offer and of a re-INVITE", () => {
  const first = startCalled({ ...start, localSdp: "", remoteSdp: "" }, { ...early, hasOffer: false });
  const late = run(first, life.slice(0, 4)).state;
  const held = run(first, life.slice(0, 6)).state;

  assert.deepEqual([late.localSdp, late.remoteSdp], ["v=0 offer", "v=0 late answer"]);
  assert.deepEqual([held.localSdp, held.remoteSdp], ["v=0 held", "v=0 hold"]);
});

test("a 2xx is sent again after T1, doubling up to T2 (RFC 3261 §13.3.1.4)", () => {
  let state = run(called, [[0, { type: "user", wish: "answer", sdp: "v=0" }]]).state;
  const waits = Array.from({ length: 6 }, () => {
    const atMs = state.deadlines.resend ?? 0;
    state = stepSession(state, { type: "timer", name: "resend" }, { atMs, chance: 0 })[0];
    return (state.deadlines.resend ?? 0) - atMs;
  });

  assert.deepEqual(waits, [1_000, 2_000, 4_000, 4_000, 4_000, 4_000]);
});

test("an ACK belongs to the 2xx of its CSeq number, and is known once it came", () => {
  const waiting = run(called, [[0, { type: "user", wish: "answer", sdp: "v=0" }]]).state;
  const confirmed = run(waiting, [[0, { type: "ack", seq: 1, sdp: undefined }]]).state;
  const asked = (state: SessionState, seq: number) => [takesAck(state, seq), isAckKnown(state, seq)];

  assert.deepEqual(asked(called, 1), [false, false]);
  assert.deepEqual(asked(waiting, 1), [true, false]);
  assert.deepEqual(asked(waiting, 2), [false, false]);
  assert.deepEqual(asked(confirmed, 1), [true, true]);
});

test("a far end that takes UPDATE is refreshed by it, without an offer, so that its own offers are taken meanwhile", () => {
  const [first] = startCalling({ ...start, peerTakesUpdate: true }, interval, now);
  const { asked, state } = run(first, [
    [50_000, { type: "timer", name: "refresh" }],
    [50_001, aRequest(aChange("UPDATE", "v=0 new"))],
    [50_002, { type: "user", wish: "reply", reply: "v=0 reply" }],
    [50_003, { type: "response", method: "UPDATE", seq: 1, status: 200, interval }],
  ]);

  assert.deepEqual(asked, ["send UPDATE 1", "ask-owner", "flow of pending, 200 changed to pending", ""]);
  assert.equal(state.deadlines.refresh, now.atMs + 100_003);
});

test("a 2xx to our re-INVITE is acknowledged at the Contact that it names (RFC 3261 §12.2.1.2)", () => {
  const offering = sessions["offering"] ?? called;
  const moved = { type: "response", method: "INVITE", seq: 1, status: 200, contact: "sip:moved@192.0.2.9" } as const;

  assert.equal(stepSession(offering, moved, now)[0].dialog.remoteTarget, "sip:moved@192.0.2.9");
});
