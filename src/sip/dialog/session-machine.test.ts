import assert from "node:assert/strict";
import { test } from "node:test";
import { aChange, aPrack, aProvisional, aRequest, now, peer, printEffect, start } from "./session-scene.test.ts";
import type { DigestChallenge } from "../digest/challenge.ts";
import type { SessionEffect, SessionInput } from "./session-effects.ts";
import { startCalled, startCalling, stepSession } from "./session-machine.ts";
import type { FirstExchange, OfferInHand, SessionPhase, SessionState, TransferInHand } from "./session-state.ts";

const interval = { seconds: 100, isOurs: true };

const unacknowledged = { seq: 1, bringsAnswer: false, resendMs: 500 };
const early: Extract<SessionPhase, { type: "early" }> = {
  ...{ type: "early", seq: 1, exchange: "to-answer", agreed: undefined },
};
const called = startCalled(start, early, false);
const calledReliably = startCalled(start, early, true);
const calling = startCalling(start, 1);

/** A session whose provisional response with RSeq 7 waits for its PRACK. */
function ringing(exchange: FirstExchange, hasSdp: boolean): SessionState {
  const reliable = { seq: 1, rseq: 7, unacknowledged: { hasSdp, resendMs: 500 }, queue: [], answer: undefined };
  return { ...called, phase: { ...early, exchange }, reliable };
}

function inHand(method: OfferInHand["method"]): OfferInHand {
  return { method, seq: 2, sdp: "v=0 new", contact: undefined, takesUpdate: undefined, agreed: undefined, peer };
}

function transfer(isTaken: boolean): TransferInHand {
  return { seq: 2, isTold: true, isTaken };
}

const offered = { type: "offering", seq: 1, isCancelled: false } as const;

/** A session in each phase. */
const sessions: Readonly<Record<string, SessionState>> = {
  early: called,
  "early and reliable": calledReliably,
  "early with a 180 that waits for PRACK": ringing("to-answer", false),
  "early with an answer that waits for PRACK": ringing("agreed", true),
  "early with an offer that waits for PRACK": ringing("offered", true),
  "early with an offer in a PRACK in hand": {
    ...ringing("agreed", true),
    reliable: { seq: 1, rseq: 7, unacknowledged: undefined, queue: [], answer: undefined },
    inHand: inHand("PRACK"),
  },
  calling,
  "calling, agreed": {
    ...calling,
    phase: { type: "calling", seq: 1, rseq: 4, isAgreed: true, prackSeq: 1 },
    dialog: { ...start.dialog, localSeq: 1 },
  },
  "waiting-for-ack": { ...called, phase: { type: "waiting-for-ack", ...unacknowledged } },
  "waiting-for-ack with our offer": {
    ...called,
    phase: { type: "waiting-for-ack", ...unacknowledged, bringsAnswer: true },
  },
  "waiting-for-ack and for PRACK": {
    ...ringing("to-answer", false),
    phase: { type: "waiting-for-ack", ...unacknowledged },
  },
  "waiting-for-ack with UPDATE in hand": {
    ...called,
    phase: { type: "waiting-for-ack", ...unacknowledged },
    inHand: inHand("UPDATE"),
  },
  confirmed: { ...called, phase: { type: "confirmed" }, interval, acknowledgedSeq: 1 },
  "confirmed with a transfer in hand": { ...called, phase: { type: "confirmed" }, transfer: transfer(false) },
  "confirmed with a transfer on its way": { ...called, phase: { type: "confirmed" }, transfer: transfer(true) },
  offering: { ...called, phase: offered, interval, acknowledgedSeq: 1 },
  "offering and cancelled": { ...called, phase: { ...offered, isCancelled: true }, interval, acknowledgedSeq: 1 },
  "confirmed, an offer being written": {
    ...{ ...called, phase: { type: "confirmed" }, acknowledgedSeq: 1 },
    ownOffer: { is: "asked", sdp: "", glares: 0 },
  },
  "offering what the owner wrote": {
    ...{ ...called, phase: offered, interval, acknowledgedSeq: 1 },
    ownOffer: { is: "sent", sdp: "v=0 hold", glares: 0 },
  },
  "offering what the owner wrote, cancelled": {
    ...{ ...called, phase: { ...offered, isCancelled: true }, interval, acknowledgedSeq: 1 },
    ownOffer: { is: "sent", sdp: "v=0 hold", glares: 0 },
  },
  "confirmed with INVITE in hand": { ...called, phase: { type: "confirmed" }, inHand: inHand("INVITE") },
  "confirmed with UPDATE in hand": { ...called, phase: { type: "confirmed" }, inHand: inHand("UPDATE") },
  "leaving, ACK due": { ...called, phase: { type: "leaving", unacknowledged, reason: undefined } },
  "leaving, BYE sent": { ...called, phase: { type: "leaving", unacknowledged: undefined, reason: undefined } },
  ended: { ...called, phase: { type: "ended" } },
};

const challenge: DigestChallenge = {
  ...{ by: "proxy", realm: "r", nonce: "n", opaque: undefined, algorithm: undefined, hash: "md5" },
  ...{ isSession: false, hasQop: true, isStale: false },
};
const refused = { type: "refused", refusal: { cause: "extension-required", why: "" } } as const;

const inputs: Readonly<Record<string, SessionInput>> = {
  INVITE: aRequest(aChange("INVITE", "v=0 new")),
  "UPDATE with offer": aRequest(aChange("UPDATE", "v=0 new")),
  "UPDATE without offer": aRequest(aChange("UPDATE", undefined)),
  PRACK: aPrack(undefined),
  "PRACK with description": aPrack("v=0 new"),
  "PRACK of another response": aPrack(undefined, 8),
  "PRACK of another INVITE": aPrack(undefined, 7, 2),
  BYE: aRequest({ type: "bye" }),
  INFO: aRequest({ type: "info", key: { digit: "5", durationMs: 100 } }),
  REFER: aRequest({
    type: "refer",
    request: { target: "sip:x@y", replaces: undefined, referredBy: undefined },
    isTold: true,
  }),
  OPTIONS: aRequest({ type: "options" }),
  "not admitted": aRequest(refused),
  "old CSeq": aRequest({ type: "bye" }, 0),
  CANCEL: { type: "cancel" },
  ACK: { type: "ack", seq: 1, sdp: undefined },
  "ACK of another": { type: "ack", seq: 7, sdp: undefined },
  "183": aProvisional(undefined, "v=0 early"),
  "reliable 183": aProvisional(5, "v=0 early"),
  "reliable 183 out of order": aProvisional(6),
  "reliable 183 again": aProvisional(4),
  "407 to PRACK": { type: "response", method: "PRACK", seq: 1, status: 407, challenges: [challenge] },
  "response to PRACK": { type: "response", method: "PRACK", seq: 1, status: 200 },
  "no response to PRACK": { type: "failed", of: "PRACK" },
  "2xx": { type: "response", method: "INVITE", seq: 1, status: 200, interval },
  "2xx with a description": { type: "response", method: "INVITE", seq: 1, status: 200, interval, sdp: "v=0 moved" },
  "2xx with that of before": { type: "response", method: "INVITE", seq: 1, status: 200, interval, sdp: "v=0 theirs" },
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
  ring: { type: "user", wish: "ring", sdp: "" },
  progress: { type: "user", wish: "progress", sdp: "v=0" },
  answer: { type: "user", wish: "answer", sdp: "v=0" },
  reject: { type: "user", wish: "reject", refusal: { status: 486 } },
  reply: { type: "user", wish: "reply", reply: "v=0 reply" },
  "refusing reply": { type: "user", wish: "reply", reply: undefined },
  "hang-up": { type: "user", wish: "hang-up", reason: undefined },
  offer: { type: "user", wish: "offer" },
  "written offer": { type: "user", wish: "written-offer", sdp: "v=0 hold" },
  "no written offer": { type: "user", wish: "written-offer", sdp: undefined },
  "transfer taken": { type: "user", wish: "answer-transfer", whyNot: undefined },
  "transfer refused": { type: "user", wish: "answer-transfer", whyNot: "no" },
  "transfer rings": { type: "user", wish: "tell-transfer", status: 180 },
  "transfer done": { type: "user", wish: "tell-transfer", status: 200 },
  "timer resend": { type: "timer", name: "resend" },
  "timer no-ack": { type: "timer", name: "no-ack" },
  "timer refresh": { type: "timer", name: "refresh" },
  "timer expiry": { type: "timer", name: "expiry" },
  "timer offer": { type: "timer", name: "offer" },
  "timer no-answer": { type: "timer", name: "no-answer" },
};

/** "confirmed: 200 plain to request; resend +500". */
function printStep([state, effects]: readonly [SessionState, readonly SessionEffect[]]): string {
  const timers = Object.entries(state.deadlines).flatMap(([name, at]) =>
    at === undefined ? [] : [`${name} +${at - now.atMs}`],
  );
  return `${state.phase.type}: ${[effects.map(printEffect).join(", "), ...timers].join("; ")}`;
}

const callOver = "call-over to request";
const noPrack = "no-provisional to request";
const noPracks = {
  ...{ PRACK: noPrack, "PRACK with description": noPrack },
  ...{ "PRACK of another response": noPrack, "PRACK of another INVITE": noPrack },
};
/** Each 2xx to an INVITE, also one that came before. */
const acknowledged = {
  "2xx": "acknowledge",
  "2xx with a description": "acknowledge",
  "2xx with that of before": "acknowledge",
};
const inCall = {
  "UPDATE without offer": "flow of request, 200 changed to request",
  INFO: "flow of request, 200 plain to request, tell-key",
  REFER: "flow of request, ask-transfer",
  OPTIONS: "flow of request, 200 options to request",
  "not admitted": "extension-required to request",
  "old CSeq": "out-of-order to request",
  ...acknowledged,
  ...noPracks,
};
const overForOwner = {
  ...{ INVITE: callOver, "UPDATE with offer": callOver, "UPDATE without offer": callOver, INFO: callOver },
  ...{
    REFER: callOver,
    OPTIONS: callOver,
    "not admitted": callOver,
    "old CSeq": "out-of-order to request",
    ...acknowledged,
  },
  ...{ PRACK: callOver, "PRACK with description": callOver },
  ...{ "PRACK of another response": callOver, "PRACK of another INVITE": callOver },
};
const byeNow = "end timeout, send BYE 1";

/** While a re-INVITE of ours waits for its final response. */
const offering = {
  ...inCall,
  INVITE: "offer-pending to request",
  "UPDATE with offer": "offer-pending to request",
  BYE: "ended: 200 plain to request, end bye, leave",
  "481": `leaving: ${byeNow}`,
  "407": "offering: send INVITE 1; no-answer +48000",
  "no response to INVITE": `leaving: ${byeNow}`,
  "hang-up": "leaving: end local, send BYE 1",
  "timer refresh": "offering: ; refresh +1000",
  "timer expiry": `leaving: ${byeNow}`,
};
const refreshing = {
  ...offering,
  "2xx": "confirmed: acknowledge; expiry +100000; refresh +50000",
  "2xx with a description": "confirmed: acknowledge, tell-refreshed; expiry +100000; refresh +50000",
  "2xx with that of before": "confirmed: acknowledge; expiry +100000; refresh +50000",
  "491": "confirmed: ; refresh +1000",
  "422": "confirmed: ; refresh +0",
  "488": "confirmed: ",
};
const accepted = "confirmed: acknowledge, tell-offer; expiry +100000; refresh +50000";
const renegotiating = {
  ...offering,
  ...{ "2xx": accepted, "2xx with a description": accepted, "2xx with that of before": accepted },
  "491": "confirmed: ; offer +1000",
  "422": "offering: send INVITE 1; no-answer +48000",
  "488": "confirmed: tell-offer",
};
const answered = "waiting-for-ack: 200 made to pending; resend +500; no-ack +32000";
/** What does not depend on provisional responses. */
const earlyCalled = {
  ...inCall,
  REFER: "transfer-refused to request",
  INVITE: "offer-too-early to request",
  "UPDATE with offer": "offer-too-early to request",
  BYE: "ended: 200 plain to request, cancelled to pending, end bye, leave",
  CANCEL: "ended: cancelled to pending, end cancelled, leave",
  "cannot respond": "ended: end transport, leave",
  reject: "ended: 486 to pending, end local, leave",
  "hang-up": "ended: 480 to pending, end local, leave",
};
const unacknowledgedTimers = {
  "timer resend": "early: resend-provisional; resend +1000",
  "timer no-ack": "ended: no-prack to pending, end no-ack, leave",
};

/** Phase and input -> "next phase: effects; timers", or the effects alone where the phase stays and no timer runs. What is not named does nothing. */
const table: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  early: {
    ...earlyCalled,
    ring: "180 early to pending",
    progress: "183 early to pending",
    answer: answered,
  },
  "early and reliable": {
    ...earlyCalled,
    ring: "early: 180 early to pending reliably; resend +500; no-ack +32000",
    progress: "early: 183 early to pending reliably; resend +500; no-ack +32000",
    answer: answered,
  },
  "early with a 180 that waits for PRACK": {
    ...earlyCalled,
    PRACK: "flow of request, 200 plain to request",
    "PRACK with description": "offer-too-early to request",
    answer: answered,
    ...unacknowledgedTimers,
  },
  "early with an answer that waits for PRACK": {
    ...earlyCalled,
    "UPDATE with offer": "ask-owner",
    PRACK: "flow of request, 200 plain to request",
    "PRACK with description": "ask-owner",
    ...unacknowledgedTimers,
  },
  "early with an offer that waits for PRACK": {
    ...earlyCalled,
    "UPDATE with offer": "offer-pending to request",
    PRACK: "flow of request, 200 plain to request, tell-early-answer",
    "PRACK with description": "flow of request, 200 plain to request, tell-early-answer",
    ...unacknowledgedTimers,
  },
  "early with an offer in a PRACK in hand": {
    ...earlyCalled,
    BYE: "ended: 200 plain to request, cancelled to pending, call-over to offer, end bye, leave",
    CANCEL: "ended: cancelled to pending, call-over to offer, end cancelled, leave",
    reject: "ended: 486 to pending, call-over to offer, end local, leave",
    "hang-up": "ended: 480 to pending, call-over to offer, end local, leave",
    ring: "early: 180 early to pending reliably; resend +500; no-ack +32000",
    progress: "early: 183 early to pending reliably; resend +500; no-ack +32000",
    reply: "200 plain to offer",
    "refusing reply": "offer-refused to offer",
  },
  calling: {
    ...inCall,
    REFER: "transfer-refused to request",
    INVITE: "offer-pending to request",
    "UPDATE with offer": "offer-pending to request",
    BYE: "ended: 200 plain to request, end bye, leave",
    "183": "tell-progress",
    "reliable 183": "send PRACK 1, tell-progress",
    "reliable 183 out of order": "send PRACK 1, tell-progress",
    "reliable 183 again": "send PRACK 1, tell-progress",
    "2xx": "confirmed: acknowledge, tell-answered; expiry +100000; refresh +50000",
    "2xx with a description": "confirmed: acknowledge, tell-answered; expiry +100000; refresh +50000",
    "2xx with that of before": "confirmed: acknowledge, tell-answered; expiry +100000; refresh +50000",
  },
  "calling, agreed": {
    ...inCall,
    REFER: "transfer-refused to request",
    INVITE: "offer-pending to request",
    "UPDATE with offer": "ask-owner",
    BYE: "ended: 200 plain to request, end bye, leave",
    "183": "tell-progress",
    "reliable 183": "send PRACK 2, tell-progress",
    "407 to PRACK": "send PRACK 2",
    "2xx": "confirmed: acknowledge, tell-answered; expiry +100000; refresh +50000",
    "2xx with a description": "confirmed: acknowledge, tell-answered; expiry +100000; refresh +50000",
    "2xx with that of before": "confirmed: acknowledge, tell-answered; expiry +100000; refresh +50000",
  },
  "waiting-for-ack": {
    ...inCall,
    INVITE: "offer-pending to request",
    "UPDATE with offer": "ask-owner",
    BYE: "ended: 200 plain to request, end bye, leave",
    ACK: "confirmed: tell-acknowledged",
    "hang-up": "leaving: end local",
    "timer resend": "waiting-for-ack: resend-answer; resend +1000",
    "timer no-ack": "leaving: end no-ack, send BYE 1",
    "timer expiry": "leaving: end timeout",
  },
  "waiting-for-ack and for PRACK": {
    ...inCall,
    INVITE: "offer-pending to request",
    "UPDATE with offer": "ask-owner",
    PRACK: "flow of request, 200 plain to request",
    "PRACK with description": "ask-owner",
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
    offer: "ask-offer",
    INVITE: "ask-owner",
    "UPDATE with offer": "ask-owner",
    BYE: "ended: 200 plain to request, end bye, leave",
    "hang-up": "leaving: end local, send BYE 1",
    "timer refresh": "offering: send INVITE 1; no-answer +48000",
    "timer expiry": `leaving: ${byeNow}`,
  },
  "confirmed, an offer being written": {
    ...inCall,
    INVITE: "ask-owner",
    "UPDATE with offer": "ask-owner",
    BYE: "ended: 200 plain to request, end bye, leave",
    "written offer": "offering: send INVITE 1; no-answer +48000",
    "hang-up": "leaving: end local, send BYE 1",
    "timer expiry": `leaving: ${byeNow}`,
  },
  "confirmed with a transfer in hand": {
    ...inCall,
    offer: "ask-offer",
    INVITE: "ask-owner",
    "UPDATE with offer": "ask-owner",
    BYE: "ended: 200 plain to request, call-over to refer, end bye, leave",
    "hang-up": "leaving: end local, send BYE 1, call-over to refer",
    "timer expiry": `leaving: ${byeNow}, call-over to refer`,
    REFER: "transfer-refused to request",
    "transfer taken": "202 refer to refer, send NOTIFY 1",
    "transfer refused": "transfer-refused to refer",
  },
  "confirmed with a transfer on its way": {
    ...inCall,
    offer: "ask-offer",
    INVITE: "ask-owner",
    "UPDATE with offer": "ask-owner",
    BYE: "ended: 200 plain to request, end bye, leave",
    "hang-up": "leaving: end local, send BYE 1",
    "timer expiry": `leaving: ${byeNow}`,
    REFER: "transfer-refused to request",
    "transfer rings": "send NOTIFY 1",
    "transfer done": "send NOTIFY 1",
  },
  offering: { ...refreshing, "timer no-answer": "offering: cancel-invite; no-answer +32000" },
  "offering and cancelled": { ...refreshing, "timer no-answer": "confirmed: abandon-invite" },
  "offering what the owner wrote": { ...renegotiating, "timer no-answer": "offering: cancel-invite; no-answer +32000" },
  "offering what the owner wrote, cancelled": {
    ...renegotiating,
    "timer no-answer": "confirmed: abandon-invite, tell-offer",
  },
  "confirmed with INVITE in hand": {
    ...inCall,
    INVITE: "offer-too-early to request",
    "UPDATE with offer": "offer-too-early to request",
    BYE: "ended: 200 plain to request, cancelled to offer, end bye, leave",
    reply: "waiting-for-ack: flow of offer, 200 changed to offer; resend +500; no-ack +32000",
    "refusing reply": "offer-refused to offer",
    "hang-up": "leaving: end local, send BYE 1, cancelled to offer",
    "timer expiry": `leaving: ${byeNow}, cancelled to offer`,
  },
  "confirmed with UPDATE in hand": {
    ...inCall,
    INVITE: "offer-too-early to request",
    "UPDATE with offer": "offer-too-early to request",
    BYE: "ended: 200 plain to request, call-over to offer, end bye, leave",
    reply: "flow of offer, 200 changed to offer",
    "refusing reply": "offer-refused to offer",
    "hang-up": "leaving: end local, send BYE 1, call-over to offer",
    "timer expiry": `leaving: ${byeNow}, call-over to offer`,
  },
  "waiting-for-ack with UPDATE in hand": {
    ...inCall,
    INVITE: "offer-too-early to request",
    "UPDATE with offer": "offer-too-early to request",
    BYE: "ended: 200 plain to request, call-over to offer, end bye, leave",
    ACK: "confirmed: tell-acknowledged",
    reply: "flow of offer, 200 changed to offer",
    "refusing reply": "offer-refused to offer",
    "hang-up": "leaving: end local, call-over to offer",
    "timer resend": "waiting-for-ack: resend-answer; resend +1000",
    "timer no-ack": "leaving: end no-ack, send BYE 1, call-over to offer",
    "timer expiry": "leaving: end timeout, call-over to offer",
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
