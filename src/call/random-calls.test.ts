import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { driveCall, type CallDriver } from "../testing/call-driver.ts";
import type { TimelessInput } from "../testing/call-performer.ts";
import {
  failWith,
  keepSilent,
  later,
  respond,
  respondWith,
  type FunctionEvent,
  type ScriptedReply,
  type WireAction,
} from "../testing/scripted-reply.ts";
import {
  changeCallRecording,
  hangup,
  pause,
  playAudio,
  playAudioAndGetDigits,
  receiveDigits,
  recordAudio,
  sendDigits,
  speak,
  speakAndGetDigits,
  startCallRecording,
} from "../testing/wire-actions.ts";
import { stepCall } from "./call-machine.ts";
import { compatibilityPositions, type CompatibilitySwitches } from "./compatibility.ts";
import type { CallEffect } from "./effects.ts";
import type { LegEnd, PlaybackError } from "./inputs.ts";
import type { Target } from "./state.ts";

const calls = 3_000;
const hourMs = 3_600_000;

/** Random choices that a seed repeats. */
function createChance(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return { below, one: <T>(...choices: readonly [T, ...T[]]): T => choices[below(choices.length)] ?? choices[0] };
}
type Chance = ReturnType<typeof createChance>;

function anAction({ one, below }: Chance): WireAction {
  const wrongLeg = () => one({ ParticipantTag: "LEG-B" }, { CallId: "x" });
  const leg = below(10) === 0 ? wrongLeg() : one<object>({}, { CallId: "" }, { ParticipantTag: "LEG-A" });
  const wrong = below(8) === 0;
  const parameters = leg as Record<string, unknown>;
  const keys = { ...parameters, Repeat: wrong ? "x" : one<unknown>(1, "0", 3), PlaybackTerminators: ["#"] };
  return one<() => WireAction>(
    () => speak(wrong ? "" : "Hello", parameters),
    () => playAudio("a.wav", keys),
    () => pause(wrong ? "never" : one<unknown>(100, "500", 100 + below(29_000)), parameters),
    () => playAudioAndGetDigits({ ...parameters, ...digitRules({ one, below }, wrong) }),
    () => speakAndGetDigits({ ...parameters, ...digitRules({ one, below }, wrong) }),
    () => receiveDigits(wrong ? "(" : one("^\\d$", "^\\d{2}#?$", "[1-2]", ".*"), parameters),
    () => recordAudio({ ...parameters, RecordingTerminators: ["#"], DurationInSeconds: wrong ? 0 : 1 + below(20) }),
    () => startCallRecording({ ...parameters, Track: wrong ? "x" : one("BOTH", "INCOMING") }),
    () => changeCallRecording(one("Stop", "Pause", "Resume"), parameters),
    () => sendDigits(wrong ? "x" : one<unknown>("1", 12, "12,#"), parameters),
    () => (below(6) === 0 ? hangup({ ...parameters, SipResponseCode: one<unknown>(0, "486", "Error") }) : speak()),
  )();
}

function digitRules({ one, below }: Chance, wrong: boolean) {
  const min = below(3);
  return {
    MinNumberOfDigits: min,
    MaxNumberOfDigits: wrong ? min - 1 : min + below(3),
    RepeatDurationInMilliseconds: one<unknown>(100, "2000", 10_000),
    Repeat: one(0, 1, 2, 3),
    InputDigitsRegex: one("", "[1-2]", "^\\d+#$"),
    TerminatorDigits: one(undefined, ["*"], []),
  };
}

function aReply(chance: Chance): ScriptedReply {
  const { one, below } = chance;
  const list = () => Array.from({ length: below(4) }, () => anAction(chance));
  const attributes = () => one<undefined | null | object>(undefined, null, {}, { n: below(9) }) as undefined;
  const reply = one<() => ScriptedReply>(
    () => respond(list(), attributes()),
    () => respond(list(), attributes()),
    () => respond(list(), attributes()),
    () => respond([]),
    () =>
      below(3) === 0
        ? respondWith(one<unknown>(null, [], "x", {}, { SchemaVersion: "1.0", Actions: [{}] }))
        : respond(list()),
    () =>
      below(8) === 0 ? failWith(one("crashed", "unhandled", "throttled", "not-json", "unreachable")) : respond(list()),
    () => (below(12) === 0 ? keepSilent : respond([])),
  )();
  return below(3) === 0 && reply !== keepSilent ? later(below(25_000), reply) : reply;
}

/** Something that happens outside, whether it fits or not. */
function anInput({ one, below }: Chance, call: CallDriver): TimelessInput {
  const leg = call.state().legs[0];
  assert.ok(leg !== undefined);
  const end = one<LegEnd>(
    { type: "bye" },
    { type: "cancelled" },
    { type: "rejected", status: 486 },
    { type: "no-ack" },
  );
  return one<() => TimelessInput>(
    () => ({ type: "leg-ringing", legId: leg.id }),
    () => ({ type: "leg-answered", legId: leg.id }),
    () => ({ type: "leg-answered", legId: leg.id }),
    () => (below(6) === 0 ? { type: "leg-ended", legId: leg.id, end } : { type: "leg-answered", legId: leg.id }),
    () => ({ type: "update-requested", arguments: { n: String(below(9)) } }),
    () => ({ type: "digit", legId: leg.id, digit: one("#", "1", "2", "*", "5") }),
    () => ({ type: "digit", legId: leg.id, digit: one("1", "2") }),
    () => ({ type: "digits-sent", sendId: `d${below(30)}` }),
    () => ({ type: "playback-finished", playbackId: `p${below(30)}` }),
    () => ({ type: "recording-ended", recordingId: `r${below(30)}`, end: "duration", terminator: undefined }),
    () => ({ type: "timer-fired", timerId: "t0" }),
    () => (below(10) === 0 ? { type: "shutdown" } : { type: "start" }),
  )();
}

function anyPositions({ below }: Chance): Partial<CompatibilitySwitches> {
  const positions = Object.entries(compatibilityPositions).map(([name, all]) => [name, all[below(all.length)]]);
  return Object.fromEntries(positions) as Partial<CompatibilitySwitches>;
}

function aCall(chance: Chance): CallDriver {
  const { one, below } = chance;
  const targets = [1, 2, 3]
    .slice(0, 1 + below(3))
    .map((n): Target => ({ applicationId: `app-${n}`, functionArn: `f-${n}`, region: "r" }));
  const call = driveCall({
    direction: one("Inbound", "Outbound"),
    answersAtOnce: one(true, true, false),
    limits: { invocationsPerCall: 3 + below(60) },
    ...(below(2) === 0 ? { compatibility: anyPositions(chance) } : {}),
    call: { targets: targets as [Target, ...Target[]] },
    audio: () =>
      below(10) === 0 ? { code: one("CALL_AUDIO_NOT_FOUND", "SPEECH_BAD_SSML"), message: "no" } : { ms: below(9_000) },
    ...(below(10) === 0
      ? { recording: one<"by-hand" | PlaybackError>("by-hand", { code: "OBJECTS_X", message: "no" }) }
      : {}),
    // Some texts are always too slow, so that a replay sees the same.
    matches: (pattern, text) => (text.length % 7 === 6 ? "too-slow" : new RegExp(pattern).test(text)),
    script: () => aReply(chance),
  });
  for (let left = below(30); left > 0; left -= 1) {
    call.advance(one(0, below(100), below(5_000), below(40_000)));
    call.give(anInput(chance, call));
  }
  call.advance(25 * hourMs);
  return call;
}

/** Each target hears 1, 2, 3...; an event that is tried again is the same event; HANGUP comes once and last. */
function checkEvents(call: CallDriver): void {
  const last = new Map<string, FunctionEvent>();
  for (const { target, event } of call.invocations) {
    const heard = event as unknown as FunctionEvent;
    const before = last.get(target.functionArn);
    if (heard.Sequence === before?.Sequence) assert.deepEqual(heard, before, "a retry is the same event");
    else assert.equal(heard.Sequence, (before?.Sequence ?? 0) + 1, "Sequence has no gaps");
    if (heard.Sequence !== before?.Sequence)
      assert.notEqual(before?.InvocationEventType, "HANGUP", "HANGUP is the last");
    last.set(target.functionArn, heard);
  }
  assert.equal(call.lastEvent().InvocationEventType, "HANGUP", "every call ends with HANGUP");
  assert.ok(call.lastEvent().Sequence <= call.config.limits.invocationsPerCall, "the limit of invocations holds");
}

/** One playback at a time, on an answered leg; each one ends. The far end is asked for sensible things only. */
function checkLeg(call: CallDriver): void {
  let playing: string | undefined;
  let leg: "new" | "answering" | "dialing" | "up" | "over" = "new";
  for (const { input, effects } of call.steps) {
    const ends =
      (input.type === "playback-finished" || input.type === "playback-failed") && input.playbackId === playing;
    if (ends) playing = undefined;
    if (input.type === "leg-answered" && (leg === "answering" || leg === "dialing")) leg = "up";
    if (input.type === "leg-ended") leg = "over";
    for (const effect of effects) [playing, leg] = afterEffect(effect, playing, leg);
  }
  assert.equal(playing, undefined, "every playback ends");

  function afterEffect(
    effect: CallEffect,
    now: string | undefined,
    state: typeof leg,
  ): [string | undefined, typeof leg] {
    switch (effect.do) {
      case "dial-leg":
        assert.equal(state, "new", "dials once");
        return [now, "dialing"];
      case "answer-leg":
        assert.equal(state, "new", "answers once, what was offered");
        return [now, "answering"];
      case "reject-leg":
        assert.equal(state, "new", "refuses only what was offered");
        return [now, "over"];
      case "hang-up-leg":
        assert.ok(state !== "new" && state !== "over", "hangs up only what is there");
        return [now, "over"];
      case "play-audio":
        assert.deepEqual([now, state], [undefined, "up"], "plays one thing at a time, on an answered leg");
        return [effect.playbackId, state];
      case "send-digits":
        assert.equal(state, "up", "presses keys on an answered leg");
        return [now, state];
      case "stop-playback":
        assert.equal(effect.playbackId, now, "stops only what plays");
        return [undefined, state];
      default:
        return [now, state];
    }
  }
}

/** Each leg is recorded in the background once at a time; whatever begins is ended. */
function checkRecordings(call: CallDriver): void {
  const open = new Set<string>();
  for (const { input, effects } of call.steps) {
    if (input.type === "recording-failed" || input.type === "recording-ended") open.delete(input.recordingId);
    for (const effect of effects) {
      if (effect.do === "record-audio" || effect.do === "start-call-recording") open.add(effect.recordingId);
      if (effect.do === "stop-record-audio" || effect.do === "stop-call-recording") open.delete(effect.recordingId);
    }
  }
  assert.deepEqual([...open], [], "every recording is ended");
  assert.deepEqual(call.state().recordings, []);
}

/** Every call ends in time and leaves nothing; its recorded inputs give the same call again. */
function checkEnd(call: CallDriver, replayed: readonly (readonly CallEffect[])[]): void {
  const { finished, timers, startedAt, pendingEvents, invocation, listeners } = call.state();
  assert.equal(finished, true, "the call ends");
  assert.deepEqual([call.pendingTimers(), timers, pendingEvents, invocation], [0, {}, [], undefined]);
  assert.deepEqual(listeners, [], "listeners end with their leg");
  const endedAt =
    call.steps.find((step) => step.effects.some((effect) => effect.do === "end-call"))?.input.at ?? Infinity;
  assert.ok(endedAt - startedAt <= 24 * hourMs + 5 * 60_000, "within 24 h and a few deadlines");
  assert.equal(call.did("end-call").length, 1);
  assert.deepEqual(
    replayed,
    call.steps.map(({ effects }) => effects),
    "a replay is the same call",
  );
}

function replay(call: CallDriver): readonly (readonly CallEffect[])[] {
  let state = call.initialState;
  return call.steps.map(({ input }) => {
    const [next, effects] = stepCall(call.config, state, input);
    state = next;
    return effects;
  });
}

describe("random calls", () => {
  it(`${calls} calls of random functions, far ends and updates keep every promise`, (t) => {
    const seed = Number(process.env["OFFHOOK_SEED"] ?? Date.now() % 1_000_000_000);
    t.diagnostic(`seed ${seed}; repeat with OFFHOOK_SEED=${seed}`);
    const events = new Map<string, number>();

    for (let index = 0; index < calls; index += 1) {
      try {
        const call = aCall(createChance(seed + index));
        checkEvents(call);
        checkLeg(call);
        checkRecordings(call);
        checkEnd(call, replay(call));
        for (const type of call.eventTypes()) events.set(type, (events.get(type) ?? 0) + 1);
      } catch (cause) {
        throw new Error(`call ${index} broke a promise; its seed: OFFHOOK_SEED=${seed + index}`, { cause });
      }
    }

    t.diagnostic([...events].map(([type, count]) => `${type} ${count}`).join(", "));
    assert.equal(events.size, 11, "every event type was met");
  });
});
