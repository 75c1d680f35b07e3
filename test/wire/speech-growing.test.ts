import assert from "node:assert/strict";
import { AppError } from "../../src/kernel/index.ts";
import type { Pcm } from "../../src/media/index.ts";
import type { Speech } from "../../src/speech/index.ts";
import { tone } from "../../src/testing/index.ts";
import { functionTest, type FunctionKit } from "./function-kit.ts";

const source = `export const handler = async ({ InvocationEventType: type }) => {
  const speak = { Type: "Speak", Parameters: { Text: "Whatever the speech room makes of it" } };
  const hangUp = { Type: "Hangup", Parameters: {} };
  return { SchemaVersion: "1.0", Actions: type === "NEW_INBOUND_CALL" ? [speak] : [hangUp] };
};`;

/** Speech of which a half of a second is there at once; the rest as the test wants. */
function createGrowingSpeech() {
  const { samples: first } = tone(440, 500, -10);
  const growable = new SharedArrayBuffer(4 * first.byteLength);
  const samples = new Int16Array(growable);
  samples.set(first);
  const state = Int32Array.of(first.length, 0);
  const shared = new Int32Array(new SharedArrayBuffer(8));
  shared.set(state);
  let settle: { resolve: (pcm: Pcm) => void; reject: (error: Error) => void } | undefined;
  const whole = new Promise<Pcm>((resolve, reject) => (settle = { resolve, reject }));
  whole.catch(() => undefined);
  const speech: Speech = {
    synthesize: () => whole,
    begin: async () => ({ samples, growth: { state: shared, whole } }),
    prepare: () => undefined,
    warmUp: async () => undefined,
    close: async () => undefined,
  };
  return {
    speech,
    /** The second half. */
    finish() {
      samples.set(first, first.length);
      Atomics.store(shared, 0, 2 * first.length);
      Atomics.store(shared, 1, 1);
      settle?.resolve({ samples });
    },
    breakOff: () => settle?.reject(new AppError("SPEECH_FAILED", "as told")),
  };
}

const events = (kit: FunctionKit) => kit.events().map((event) => event.InvocationEventType);
const hasBegun = (kit: FunctionKit) => kit.facts.some(({ type }) => type === "audio-started");
/** Milliseconds of sound that the phone heard. */
const soundMs = (heard: Pcm) => heard.samples.filter((sample) => Math.abs(sample) > 500).length / 8;

const good = createGrowingSpeech();
functionTest(
  "speech is heard before all of it is made, all of it is heard, and the action succeeds then",
  { hasThreads: true, files: { "app.mjs": source }, speech: good.speech },
  async (kit) => {
    const call = kit.phone.dial(kit.uri());
    await kit.until("the first of it", () => hasBegun(kit));
    assert.deepEqual(events(kit), ["NEW_INBOUND_CALL"]);
    good.finish();
    const { heard } = await call.ended;
    await kit.untilEnded();

    assert.deepEqual(events(kit), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL", "HANGUP"]);
    assert.ok(soundMs(heard) > 800, `${soundMs(heard)} ms`);
  },
);

const bad = createGrowingSpeech();
functionTest(
  "speech that breaks off after its beginning fails the action",
  { hasThreads: true, files: { "app.mjs": source }, speech: bad.speech },
  async (kit) => {
    const call = kit.phone.dial(kit.uri());
    await kit.until("the first of it", () => hasBegun(kit));
    bad.breakOff();
    await call.ended;
    await kit.untilEnded();

    assert.deepEqual(events(kit), ["NEW_INBOUND_CALL", "ACTION_FAILED", "HANGUP"]);
    assert.match(JSON.stringify(kit.events()[1]), /"ErrorType":"SystemException"/);
  },
);
