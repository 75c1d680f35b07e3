import assert from "node:assert/strict";
import { test } from "node:test";
import type { SessionInput } from "./session-effects.ts";
import { startCalled, startCalling, stepSession } from "./session-machine.ts";
import { aChange, aRequest, now, runSession, start } from "./session-scene.test.ts";
import type { SessionState } from "./session-state.ts";

const called: SessionState = {
  ...startCalled(start, { type: "early", seq: 1, exchange: "to-answer", agreed: undefined }, false),
  ...{ phase: { type: "confirmed" }, acknowledgedSeq: 1 },
};
const calling: SessionState = { ...startCalling(start, 0), phase: { type: "confirmed" } };

const wish: SessionInput = { type: "user", wish: "offer" };
const written: SessionInput = { type: "user", wish: "written-offer", sdp: "v=0 hold" };
const due: SessionInput = { type: "timer", name: "offer" };
const response = (seq: number, status: number): SessionInput => ({
  ...{ type: "response", method: "INVITE", seq, status },
  ...(status < 300 ? { sdp: "v=0 held" } : {}),
});

/** Feeds inputs one after the other, a millisecond apart. */
function run(first: SessionState, ...inputs: readonly SessionInput[]) {
  return runSession(
    first,
    inputs.map((input, at) => [at, input]),
  );
}

test("an offer that was taken is what a later refresh repeats, and its answer is the far end's description", () => {
  const { state } = run(called, wish, written, response(1, 200));

  assert.deepEqual([state.localSdp, state.remoteSdp, state.ownOffer], ["v=0 hold", "v=0 held", undefined]);
});

test("an offer that was refused leaves both descriptions as they were (RFC 3261 §14.1)", () => {
  for (const status of [302, 403, 415, 422, 488, 500, 603]) {
    const { state, asked } = run(called, wish, written, response(1, status));

    assert.equal(asked.at(-1), "tell-offer");
    assert.deepEqual([state.localSdp, state.remoteSdp, state.phase.type], ["v=0 ours", "v=0 theirs", "confirmed"]);
  }
});

test("an offer waits for the ACK of the first 200, and for the answer to an offer of the far end and its ACK", () => {
  const first: SessionState = {
    ...{ ...called, acknowledgedSeq: undefined },
    phase: { type: "waiting-for-ack", seq: 1, bringsAnswer: false, resendMs: 500 },
  };

  const { asked } = run(
    first,
    wish,
    aRequest(aChange("UPDATE", "v=0 new")),
    { type: "ack", seq: 1, sdp: undefined },
    { type: "user", wish: "reply", reply: "v=0 reply" },
    written,
    response(1, 200),
    aRequest(aChange("INVITE", "v=0 other"), 3),
    wish,
    { type: "user", wish: "reply", reply: "v=0 reply" },
    { type: "ack", seq: 3, sdp: undefined },
  );

  assert.deepEqual(asked, [
    ...["", "ask-owner", "tell-acknowledged", "flow of offer, 200 changed to offer, ask-offer", "send INVITE 1"],
    ...["acknowledge, tell-offer", "ask-owner", ""],
    ...["flow of offer, 200 changed to offer", "ask-offer"],
  ]);
});

test("an offer waits for the response to a refresh that is on its way", () => {
  const interval = { seconds: 100, isOurs: true };
  const refresh: SessionInput = { type: "timer", name: "refresh" };
  const { asked } = run({ ...called, interval }, refresh, wish, response(1, 200), written);

  assert.deepEqual(asked, ["send INVITE 1", "", "acknowledge, tell-refreshed, ask-offer", "send INVITE 2"]);
});

test("after 491 the caller waits 2.1 s to 4 s, the called end up to 2 s, and the owner writes anew (RFC 3261 §14.1)", () => {
  for (const [first, waitMs] of [
    [calling, 3_050],
    [called, 1_000],
  ] as const) {
    const refused = run(first, wish, written, response(1, 491));
    assert.equal(refused.state.deadlines.offer, now.atMs + 2 + waitMs);
    assert.equal(refused.asked.at(-1), "");

    assert.deepEqual(run(refused.state, due, written, response(2, 200)).asked, [
      "ask-offer",
      "send INVITE 2",
      "acknowledge, tell-offer",
    ]);
  }
});

test("the far end's offer that met ours is answered while ours waits, and ours follows its ACK", () => {
  const { asked } = run(
    called,
    ...[wish, written, aRequest(aChange("INVITE", "v=0 new")), response(1, 491), aRequest(aChange("INVITE", "v=0"), 3)],
    { type: "user", wish: "reply", reply: "v=0 reply" },
    due,
    { type: "ack", seq: 3, sdp: undefined },
  );

  assert.deepEqual(asked.slice(2), [
    ...["offer-pending to request", "", "ask-owner", "flow of offer, 200 changed to offer", ""],
    "ask-offer",
  ]);
});

test("a far end that says 491 each time is asked five times", () => {
  let { state } = run(called, wish);
  let asked: readonly string[] = [];
  for (let seq = 1; seq <= 5; seq += 1) ({ state, asked } = run(state, written, response(seq, 491), due));

  assert.deepEqual(asked.slice(0, 2), ["send INVITE 5", "tell-offer"]);
  assert.equal(state.ownOffer, undefined);
});

test("an offer keeps the session timer, and whose it is (RFC 4028 §7.4)", () => {
  for (const isOurs of [true, false]) {
    const { state } = run({ ...called, interval: { seconds: 100, isOurs } }, wish);
    const [, [sent]] = stepSession(state, written, now);

    assert.ok(sent?.do === "send-request");
    assert.deepEqual(sent.headers, [{ name: "Session-Expires", value: `100;refresher=${isOurs ? "uac" : "uas"}` }]);
  }
});

test("the response to an offer of a call that is over is acknowledged, and told nobody", () => {
  const hungUp = run(called, wish, written, { type: "user", wish: "hang-up", reason: undefined }, response(1, 200));
  assert.deepEqual(hungUp.asked.slice(2), ["end local, send BYE 2", "acknowledge"]);

  const left = run(called, wish, written, aRequest({ type: "bye" }), response(1, 200), response(1, 487));
  assert.deepEqual(left.asked.slice(2), ["200 plain to request, end bye, leave", "acknowledge", ""]);
});

test("an owner that has nothing to offer any more sends nothing, and may wish again", () => {
  const { asked } = run(called, wish, { type: "user", wish: "written-offer", sdp: undefined }, wish, written);

  assert.deepEqual(asked, ["ask-offer", "", "ask-offer", "send INVITE 1"]);
});
