import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createTicker } from "./ticker.ts";

function aTicker(periodMs = 20) {
  const clock = createManualClock();
  const faults: unknown[] = [];
  const ticker = createTicker(clock, periodMs, (error) => faults.push(error));
  const calls: { atMs: number; missed: number; latenessUs: number }[] = [];
  const ticking = {
    tick: (missed: number, latenessUs: number, nowMs: number) => void calls.push({ atMs: nowMs, missed, latenessUs }),
  };
  return { clock, faults, ticker, calls, ticking };
}

const times = (calls: readonly { atMs: number }[]) => calls.map(({ atMs }) => Math.round(atMs));

test("calls once per period on its own turn", () => {
  const { clock, ticker, calls, ticking } = aTicker();
  ticker.add(ticking);

  for (let ms = 0; ms < 70; ms++) clock.advance(1);

  assert.deepEqual(times(calls), [2, 22, 42, 62]);
  assert.ok(calls.every(({ missed, latenessUs }) => missed === 0 && latenessUs === 0));
});

test("spreads what is added over the turns of the period", () => {
  const { clock, ticker } = aTicker();
  const perTurn = new Map<number, number>();
  for (let index = 0; index < 60; index++) {
    const tick = (_missed: number, _latenessUs: number, nowMs: number) => {
      perTurn.set(Math.round(nowMs), (perTurn.get(Math.round(nowMs)) ?? 0) + 1);
    };
    ticker.add({ tick });
  }

  clock.advance(20.5);

  assert.equal(perTurn.size, 10);
  assert.ok([...perTurn.values()].every((count) => count === 6));
});

test("a period of an odd number of milliseconds has turns of one", () => {
  const { clock, ticker, calls, ticking } = aTicker(5);
  ticker.add(ticking);

  for (let ms = 0; ms < 17; ms++) clock.advance(1);

  assert.deepEqual(times(calls), [1, 6, 11, 16]);
});

test("what joins between two turns of others begins at the next turn, not late", () => {
  const { clock, ticker, calls, ticking } = aTicker();
  ticker.add({ tick: () => undefined });
  for (let ms = 0; ms < 33; ms++) clock.advance(1);

  ticker.add(ticking);
  for (let ms = 0; ms < 25; ms++) clock.advance(1);

  assert.deepEqual(times(calls), [34, 54]);
  assert.ok(calls.every(({ latenessUs }) => latenessUs === 0));
});

// Contract: sip-and-media-late-packets
test("skips ticks that were missed and never makes them up", () => {
  const clock = createManualClock();
  let nowMs = 0;
  const ticker = createTicker({ ...clock, monotonicMs: () => nowMs }, 20, () => undefined);
  const calls: { missed: number; latenessUs: number }[] = [];
  ticker.add({ tick: (missed, latenessUs) => void calls.push({ missed, latenessUs }) });

  for (const at of [2, 22, 95, 102]) {
    nowMs = at;
    clock.advance(1000);
  }

  // At 95 the turns of 42 and 62 are gone, that of 82 is taken 13 ms late; then the rhythm is as before.
  assert.deepEqual(calls, [
    { missed: 0, latenessUs: 0 },
    { missed: 0, latenessUs: 0 },
    { missed: 2, latenessUs: 13_000 },
    { missed: 0, latenessUs: 0 },
  ]);
});

test("holds no timer when nothing is on it", () => {
  const { clock, ticker, ticking } = aTicker();
  assert.equal(clock.pendingTimers(), 0);
  const place = ticker.add(ticking);
  assert.equal(clock.pendingTimers(), 1);

  ticker.remove(place);
  ticker.remove(place);

  assert.equal(clock.pendingTimers(), 0);
});

test("a hastened entry is called before that returns and, after going home, keeps its old rhythm without a missed tick", () => {
  const { clock, ticker, calls, ticking } = aTicker();
  const place = ticker.add(ticking);
  for (let ms = 0; ms < 29; ms++) clock.advance(1);
  clock.advance(0.5);

  ticker.hasten(place);
  const atOnce = calls.map(({ atMs }) => atMs);
  ticker.hasten(place);
  for (let ms = 0; ms < 26; ms++) clock.advance(1);
  ticker.goHome(place);
  for (let ms = 0; ms < 60; ms++) clock.advance(1);

  assert.deepEqual(atOnce, [2, 22, 29.5]);
  // Home turn 2, 22, 42; hastened from 42 into the turn of 28, so that 48 is early too; then home: 82 continues the first rhythm.
  assert.deepEqual(times(calls.slice(3)), [48, 82, 102]);
  assert.ok(calls.every(({ missed, latenessUs }) => missed === 0 && latenessUs === 0));
});

test("an entry that is hastened in the turn that it has just had is called at once, and then goes home by a whole period", () => {
  const { clock, ticker, calls, ticking } = aTicker();
  const place = ticker.add(ticking);
  for (let ms = 0; ms < 22; ms++) clock.advance(1);

  ticker.hasten(place);
  for (let ms = 0; ms < 25; ms++) clock.advance(1);
  ticker.goHome(place);
  for (let ms = 0; ms < 40; ms++) clock.advance(1);

  // The second at 22 stands for that of 42, which is why the way home skips one turn of the first rhythm.
  assert.deepEqual(times(calls), [2, 22, 22, 44, 82]);
  assert.ok(calls.every(({ missed }) => missed === 0));
});

test("the first call of a new entry can be hastened, and the rhythm goes on from it", () => {
  const { clock, ticker, calls, ticking } = aTicker();
  for (let index = 0; index < 12; index++) ticker.add({ tick: () => undefined });
  ticker.hasten(ticker.add(ticking));
  for (let ms = 0; ms < 45; ms++) clock.advance(1);

  // The two turns to come have two others each, so that the home of the new one is the third.
  assert.deepEqual(times(calls), [0, 20, 40]);
  assert.ok(calls.every(({ missed }) => missed === 0));
});

test("what one tick throws reaches the owner, and the others are called", () => {
  const { clock, ticker, calls, ticking, faults } = aTicker(10);
  for (let index = 0; index < 10; index++) {
    ticker.add({
      tick: () => {
        throw new Error("broken");
      },
    });
  }
  for (let index = 0; index < 10; index++) ticker.add(ticking);

  clock.advance(10.5);

  assert.equal(faults.length, 10);
  assert.equal(calls.length, 10);
});

test("who follows another is called one to three turns behind it, few on each turn, and has missed nothing", () => {
  const { clock, ticker } = aTicker();
  const leaderAt: number[] = [];
  const leader = ticker.add({ tick: (_missed, _latenessUs, nowMs) => void leaderAt.push(nowMs) });
  const behind: number[][] = [];
  const followers = Array.from({ length: 20 }, (_, index) =>
    ticker.add({
      tick: (missed, _latenessUs, nowMs) => {
        assert.equal(missed, 0);
        (behind[index] ??= []).push(Math.round(nowMs - (leaderAt.at(-1) ?? 0)));
      },
    }),
  );
  for (let ms = 0; ms < 50; ms++) clock.advance(1);
  for (const follower of followers) ticker.follow(follower, leader);
  for (let ms = 0; ms < 40; ms++) clock.advance(1);
  behind.length = 0;

  for (let ms = 0; ms < 60; ms++) clock.advance(1);

  for (const each of behind) {
    assert.equal(each.length, 3);
    assert.ok(
      each.every((ms) => ms >= 2 && ms <= 6 && ms === each[0]),
      each.join(" "),
    );
  }
  for (let turn = 1; turn <= 3; turn++) assert.ok(behind.filter(([ms]) => ms === 2 * turn).length >= 6);
});
