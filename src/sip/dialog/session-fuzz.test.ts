import assert from "node:assert/strict";
import { fuzzTest } from "../../testing/internal/fuzz.ts";
import type { RequestContent, SessionEffect, SessionInput } from "./session-effects.ts";
import { startCalled, startCalling, stepSession } from "./session-machine.ts";
import { aChange, now, peer, start } from "./session-scene.test.ts";
import type { SessionState, SessionTimerName } from "./session-state.ts";

/** Gives one of these. */
type Choose = <T>(...values: readonly [T, ...T[]]) => T;

/** Any input, near to what the state waits for. */
function anInput(state: SessionState, choose: Choose, random: () => number): SessionInput {
  const sdp = choose("v=0", undefined);
  const seq = choose(state.dialog.localSeq, state.dialog.localSeq + 1, 1);
  const method = choose("INVITE", "UPDATE", "PRACK", "BYE", "NOTIFY");
  const says = { contact: choose(undefined, "sip:moved@192.0.2.9"), takesUpdate: choose(undefined, true) };
  const interval = choose(undefined, { seconds: 90, isOurs: choose(true, false) });
  const status = choose(200, 404, 408, 422, 481, 491);
  const names = Object.keys(state.deadlines) as SessionTimerName[];
  return choose<() => SessionInput>(
    () => ({ type: "request", seq: (state.dialog.remoteSeq ?? 0) + choose(1, 0, 3, -1), peer, content: aContent() }),
    () => ({ type: "provisional", status: 183, rseq: choose(undefined, 1, 2, 3), sdp, ...says }),
    () => ({ type: "response", method, seq, status, sdp, ...says, interval, smallestSeconds: choose(undefined, 200) }),
    () => ({ type: "ack", seq: choose(1, state.dialog.remoteSeq ?? 1), sdp }),
    () => ({ type: "timer", name: names[Math.floor(random() * names.length)] ?? "expiry" }),
    () => ({ type: "user", wish: choose("ring", "progress", "answer"), sdp: choose("", "v=0") }),
    () => ({ type: "user", wish: "reply", reply: sdp }),
    () => ({ type: "user", wish: "offer" }),
    () => ({ type: "user", wish: "written-offer", sdp }),
    () => ({ type: "user", wish: "answer-transfer", whyNot: choose(undefined, "no") }),
    () => ({ type: "user", wish: "tell-transfer", status: choose(180, 200, 486) }),
    () => ({ type: "failed", of: method }),
    () =>
      random() < 0.8
        ? { type: "timer", name: "refresh" }
        : choose<SessionInput>(
            { type: "cancel" },
            { type: "left" },
            { type: "user", wish: "hang-up", reason: undefined },
            { type: "user", wish: "reject", refusal: { status: 486 } },
          ),
  )();

  function aContent(): RequestContent {
    const rack = { rseq: (state.reliable?.rseq ?? 0) + choose(0, 1), seq: 1, method: "INVITE" };
    const request = { target: "sip:x@192.0.2.9", replaces: undefined, referredBy: undefined };
    return choose<RequestContent>(
      aChange("INVITE", sdp),
      aChange("UPDATE", sdp),
      { type: "prack", rack, sdp },
      { type: "info", key: undefined },
      { type: "refer", request, isTold: choose(true, false) },
      random() < 0.2 ? { type: "bye" } : { type: "options" },
    );
  }
}

/** What has to hold of the effects of one step. */
function check(
  before: SessionState,
  after: SessionState,
  effects: readonly SessionEffect[],
  told: { ends: number },
): void {
  let seq = before.dialog.localSeq;
  for (const effect of effects) {
    if (effect.do === "send-request") assert.equal(effect.seq, (seq += 1), "CSeq numbers go up by one");
    if (effect.do === "tell-end") told.ends += 1;
    if (effect.do === "respond" && effect.form === "made")
      assert.notEqual(before.reliable?.unacknowledged?.hasSdp === true && after.reliable?.unacknowledged?.hasSdp, true);
    if (effect.do === "tell-offer") assert.equal(before.ownOffer?.is, "sent", "the outcome of an offer is told once");
    if (
      effect.do === "ask-owner" ||
      effect.do === "ask-offer" ||
      effect.do === "tell-offer" ||
      effect.do === "tell-key"
    )
      assert.equal(told.ends, 0, "nothing is told after the end");
  }
  assert.equal(after.dialog.localSeq, seq);
  assert.ok(told.ends <= 1, "the end is told once");
  const running = Object.values(after.deadlines).filter((deadline) => deadline !== undefined);
  if (after.phase.type === "ended") assert.deepEqual([running, after.inHand], [[], undefined]);
  if (after.phase.type === "ended" || after.phase.type === "leaving") assert.equal(after.ownOffer, undefined);
  if (before.phase.type === "ended") assert.equal(after.phase.type, "ended");
  for (const deadline of running) assert.ok(deadline >= now.atMs);
}

fuzzTest(
  "whatever comes in whatever order, a session keeps its numbers, ends once, and goes on from its JSON",
  300,
  () => (random) => {
    const choose: Choose = (...values) => values[Math.floor(random() * values.length)] ?? values[0];
    const exchange = choose("to-answer", "to-offer");
    let state = choose(true, false)
      ? startCalled(start, { type: "early", seq: 1, exchange, agreed: undefined }, choose(true, false))
      : startCalling(start, 0);
    const told = { ends: 0 };
    for (let step = 0; step < 40; step += 1) {
      const moment = { atMs: now.atMs + step * 100, chance: random() };
      const input = anInput(state, choose, random);
      const [next, effects] = stepSession(state, input, moment);
      const [overJson, same] = stepSession(JSON.parse(JSON.stringify(state)) as SessionState, input, moment);
      assert.deepEqual(JSON.parse(JSON.stringify([overJson, same])), JSON.parse(JSON.stringify([next, effects])));
      check(state, next, effects, told);
      state = next;
    }
  },
);
