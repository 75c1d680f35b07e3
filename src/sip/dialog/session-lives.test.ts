import assert from "node:assert/strict";
import { test } from "node:test";
import { aChange, aPrack, aProvisional, aRequest, now, runSession, start } from "./session-scene.test.ts";
import type { RequestContent, SessionInput } from "./session-effects.ts";
import { startCalled, startCalling, stepSession } from "./session-machine.ts";
import { isAckKnown, takesAck, type SessionPhase, type SessionState } from "./session-state.ts";

const interval = { seconds: 100, isOurs: true };
const agreed = { interval, lines: "Session-Expires: 100;refresher=uas\r\n" };
const early: Extract<SessionPhase, { type: "early" }> = {
  ...{ type: "early", seq: 1, exchange: "to-answer", agreed: undefined },
};
const called = startCalled(start, early, false);

const life: readonly (readonly [number, SessionInput])[] = [
  [0, { type: "user", wish: "ring", sdp: "" }],
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

test("a state has its members in one order, whatever has happened, so that copying it stays cheap", () => {
  const orders = new Set([Object.keys(called).join(), Object.keys(startCalling(start, 1)).join()]);
  let state = startCalled(start, { ...early, exchange: "to-offer", agreed }, false);
  for (const [atMs, input] of life) {
    [state] = stepSession(state, input, { ...now, atMs: now.atMs + atMs });
    orders.add(Object.keys(state).join());
  }

  assert.equal(state.phase.type, "ended");
  assert.equal(orders.size, 1);
});

test("a state that was written as JSON after each input and read again goes on as if it had not been", () => {
  const first = startCalled(start, { ...early, exchange: "to-offer", agreed }, false);
  const inMemory = runSession(first, life);
  const overJson = runSession(first, life, (state) => JSON.parse(JSON.stringify(state)) as SessionState);

  assert.deepEqual(overJson.asked, inMemory.asked);
  assert.deepEqual(JSON.parse(JSON.stringify(overJson.state)), JSON.parse(JSON.stringify(inMemory.state)));
  assert.deepEqual(overJson.asked, [
    "180 early to pending",
    "200 made to pending",
    "resend-answer",
    "tell-acknowledged",
    "ask-owner",
    "flow of offer, 200 changed to offer",
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
  const first = startCalled({ ...start, localSdp: "", remoteSdp: "" }, { ...early, exchange: "to-offer" }, false);
  const late = runSession(first, life.slice(0, 4)).state;
  const held = runSession(first, life.slice(0, 6)).state;

  assert.deepEqual([late.localSdp, late.remoteSdp], ["v=0 offer", "v=0 late answer"]);
  assert.deepEqual([held.localSdp, held.remoteSdp], ["v=0 held", "v=0 hold"]);
});

test("a 2xx is sent again after T1, doubling up to T2 (RFC 3261 §13.3.1.4)", () => {
  let state = runSession(called, [[0, { type: "user", wish: "answer", sdp: "v=0" }]]).state;
  const waits = Array.from({ length: 6 }, () => {
    const atMs = state.deadlines.resend ?? 0;
    state = stepSession(state, { type: "timer", name: "resend" }, { atMs, chance: 0 })[0];
    return (state.deadlines.resend ?? 0) - atMs;
  });

  assert.deepEqual(waits, [1_000, 2_000, 4_000, 4_000, 4_000, 4_000]);
});

test("an ACK belongs to the 2xx of its CSeq number, and is known once it came", () => {
  const waiting = runSession(called, [[0, { type: "user", wish: "answer", sdp: "v=0" }]]).state;
  const confirmed = runSession(waiting, [[0, { type: "ack", seq: 1, sdp: undefined }]]).state;
  const asked = (state: SessionState, seq: number) => [takesAck(state, seq), isAckKnown(state, seq)];

  assert.deepEqual(asked(called, 1), [false, false]);
  assert.deepEqual(asked(waiting, 1), [true, false]);
  assert.deepEqual(asked(waiting, 2), [false, false]);
  assert.deepEqual(asked(confirmed, 1), [true, true]);
});

test("a far end that takes UPDATE is refreshed by it, without an offer, so that its own offers are taken meanwhile", () => {
  const answer = { type: "response", method: "INVITE", seq: 0, status: 200, interval } as const;
  const [first] = stepSession(startCalling({ ...start, peerTakesUpdate: true }, 0), answer, now);
  const { asked, state } = runSession(first, [
    [50_000, { type: "timer", name: "refresh" }],
    [50_001, aRequest(aChange("UPDATE", "v=0 new"))],
    [50_002, { type: "user", wish: "reply", reply: "v=0 reply" }],
    [50_003, { type: "response", method: "UPDATE", seq: 1, status: 200, interval }],
  ]);

  assert.deepEqual(asked, ["send UPDATE 1", "ask-owner", "flow of offer, 200 changed to offer", ""]);
  assert.equal(state.deadlines.refresh, now.atMs + 100_003);
});

test("a 2xx to our re-INVITE is acknowledged at the Contact that it names (RFC 3261 §12.2.1.2)", () => {
  const offering: SessionState = { ...called, phase: { type: "offering", seq: 1, isCancelled: false } };
  const moved = { type: "response", method: "INVITE", seq: 1, status: 200, contact: "sip:moved@192.0.2.9" } as const;

  assert.equal(stepSession(offering, moved, now)[0].dialog.remoteTarget, "sip:moved@192.0.2.9");
});

type Wish = Extract<SessionInput, { type: "user"; wish: "ring" | "progress" | "answer" }>["wish"];
const wish = (what: Wish, sdp = ""): SessionInput => ({ type: "user", wish: what, sdp });
const firstRseq = 1 + Math.floor((2 ** 31 - 1) / 2);

test("a caller who requires it gets one provisional response after the other, each until its PRACK, and the 200 behind them (RFC 3262 §3)", () => {
  const reliably = startCalled(start, early, true);
  const steps: readonly (readonly [number, SessionInput])[] = [
    [0, wish("ring")],
    [10, wish("progress", "v=0 answer")],
    [10, wish("progress", "v=0 answer")],
    [500, { type: "timer", name: "resend" }],
    [510, aPrack(undefined, firstRseq)],
    [520, aPrack(undefined, firstRseq)],
    [530, wish("answer", "v=0 answer")],
    [540, aPrack(undefined, firstRseq)],
    [550, aPrack(undefined, firstRseq + 1)],
    [560, { type: "ack", seq: 1, sdp: undefined }],
  ];
  const inMemory = runSession(reliably, steps);
  const overJson = runSession(reliably, steps, (state) => JSON.parse(JSON.stringify(state)) as SessionState);

  assert.deepEqual(inMemory.asked, [
    "180 early to pending reliably",
    "",
    "",
    "resend-provisional",
    "flow of request, 200 plain to request, 183 early to pending reliably",
    "no-provisional to request",
    "",
    "no-provisional to request",
    "flow of request, 200 plain to request, 200 made to pending",
    "tell-acknowledged",
  ]);
  assert.deepEqual(overJson.asked, inMemory.asked);
  assert.equal(inMemory.state.localSdp, "v=0 answer");
  assert.deepEqual(inMemory.state.deadlines, {});
});

test("a provisional response without a PRACK is sent again after T1, then each time after twice as long, and the call refused after 64*T1", () => {
  let state = runSession(startCalled(start, early, true), [[0, wish("ring")]]).state;
  const waits = Array.from({ length: 6 }, () => {
    const atMs = state.deadlines.resend ?? 0;
    state = stepSession(state, { type: "timer", name: "resend" }, { atMs, chance: 0 })[0];
    return (state.deadlines.resend ?? 0) - atMs;
  });

  assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000]);
  assert.equal(state.deadlines["no-ack"], now.atMs + 32_000);
});

test("a 180 without a description does not keep the 200 back, and its PRACK is taken after that too (RFC 3262 §3)", () => {
  const { asked, state } = runSession(startCalled(start, early, true), [
    [0, wish("ring")],
    [10, wish("progress", "v=0 answer")],
    [20, wish("answer", "v=0 answer")],
    [30, aPrack(undefined, firstRseq)],
    [40, wish("ring")],
  ]);

  assert.deepEqual(asked.slice(2), ["200 made to pending", "flow of request, 200 plain to request", "ignore"]);
  assert.deepEqual(state.deadlines, { resend: now.atMs + 520, "no-ack": now.atMs + 32_020 });
});

test("an INVITE without an offer gets ours in the first reliable response, and the PRACK brings the answer (RFC 3262 §5)", () => {
  const first = startCalled({ ...start, remoteSdp: "" }, { ...early, exchange: "to-offer" }, true);
  const { asked, state } = runSession(first, [
    [0, wish("ring")],
    [10, wish("ring", "v=0 offer")],
    [20, wish("answer")],
    [30, aPrack("v=0 theirs", firstRseq)],
    [40, { type: "ack", seq: 1, sdp: undefined }],
  ]);

  assert.deepEqual(asked, [
    "ignore",
    "180 early to pending reliably",
    "",
    "flow of request, 200 plain to request, tell-early-answer, 200 made to pending",
    "tell-acknowledged",
  ]);
  assert.deepEqual([state.localSdp, state.remoteSdp], ["v=0 offer", "v=0 theirs"]);
});

test("an offer in a PRACK or UPDATE before the answer is answered there, and the 200 waits for that (RFC 3262 §5, RFC 3311 §5.2)", () => {
  const reply: SessionInput = { type: "user", wish: "reply", reply: "v=0 reply" };
  const { asked, state } = runSession(startCalled(start, early, true), [
    [0, wish("progress", "v=0 answer")],
    [10, aPrack("v=0 second", firstRseq)],
    [20, wish("answer", "v=0 answer")],
    [30, reply],
    [40, { type: "ack", seq: 1, sdp: undefined }],
  ]);
  const updated = runSession(startCalled(start, early, true), [
    [0, wish("progress", "v=0 answer")],
    [10, aRequest(aChange("UPDATE", "v=0 second"))],
    [10, reply],
    [20, wish("answer", "v=0 answer")],
    [30, aPrack(undefined, firstRseq)],
  ]);

  assert.deepEqual(asked.slice(1, 4), ["ask-owner", "", "200 plain to offer, 200 made to pending"]);
  assert.deepEqual([state.localSdp, state.remoteSdp], ["v=0 reply", "v=0 second"]);
  assert.deepEqual(updated.asked.slice(1), [
    "ask-owner",
    "flow of offer, 200 changed to offer",
    "",
    "flow of request, 200 plain to request, 200 made to pending",
  ]);
  assert.equal(updated.state.localSdp, "v=0 reply");
});

test("reliable provisional responses to our INVITE are acknowledged in their order, and requests count on after the answer (RFC 3262 §4)", () => {
  const answer = { type: "response", method: "INVITE", seq: 1, status: 200, routes: ["<sip:p;lr>"] } as const;
  const { asked, state } = runSession(startCalling({ ...start, dialog: { ...start.dialog, localSeq: 1 } }, 1), [
    [0, aProvisional(20, "v=0 answer")],
    [10, aProvisional(22)],
    [20, aProvisional(20)],
    [30, aProvisional(21)],
    [40, answer],
    [50, { type: "response", method: "PRACK", seq: 3, status: 200 }],
    [60, { type: "user", wish: "hang-up", reason: undefined }],
  ]);

  assert.deepEqual(asked, [
    "send PRACK 2, tell-progress",
    "ignore",
    "ignore",
    "send PRACK 3, tell-progress",
    "acknowledge, tell-answered",
    "",
    "end local, send BYE 4",
  ]);
  assert.deepEqual([state.remoteSdp, state.dialog.routes], ["v=0 answer", ["<sip:p;lr>"]]);
});

test("422s that ask for more and more come to an end, and each request says what was asked for (RFC 4028 §7.3)", () => {
  const offering: SessionState = { ...called, phase: { type: "confirmed" }, interval };
  let state = stepSession(offering, { type: "timer", name: "refresh" }, now)[0];
  const asked: string[] = [];
  for (let round = 0; round < 50 && state.phase.type === "offering"; round += 1) {
    const smallestSeconds = (state.interval?.seconds ?? 0) + 1;
    const refused = { type: "response", method: "INVITE", seq: state.phase.seq, status: 422, smallestSeconds } as const;
    const [waiting] = stepSession(state, refused, now);
    const [next, effects] = stepSession(waiting, { type: "timer", name: "refresh" }, now);
    if (waiting.deadlines.refresh === undefined) break;
    for (const effect of effects)
      if (effect.do === "send-request")
        asked.push(
          effect.headers
            .map(({ name, value }) => (/Se|Mi/.test(name) ? `${name} ${value}` : ""))
            .join(" ")
            .trim(),
        );
    state = next;
  }

  assert.equal(asked[0], "Session-Expires 101;refresher=uac Min-SE 101");
  assert.equal(asked[1], "Session-Expires 202;refresher=uac Min-SE 102");
  assert.ok(asked.length < 25, `${asked.length} times`);
});
