import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  measureSpeech,
  pcmFromSamples,
  tone,
  toneLevelDbfs,
  type Pcm,
  type Phone,
  type PhoneCall,
  type PhoneOptions,
} from "../../src/testing/index.ts";
import type { FunctionKit } from "../wire/function-kit.ts";

/** The number of the caller in tests of the examples. */
export const callerNumber = "+15105550123";

/** The caller dials the example. */
export function dialIn(kit: FunctionKit): PhoneCall {
  return kit.phone.dial(kit.uri(), { from: callerNumber });
}

/** A phone that outbound calls go to, until the body is done. */
export async function withFarPhone(
  kit: FunctionKit,
  options: Partial<PhoneOptions>,
  body: (phone: Phone) => Promise<void>,
): Promise<void> {
  const opened = await kit.openPhone(options);
  kit.routeTo(opened.phone);
  try {
    await body(opened.phone);
  } finally {
    await opened.close();
  }
}

/** Types of the actions that were begun so far. */
export const begun = (kit: FunctionKit): readonly string[] =>
  kit.facts.flatMap((fact) => (fact.type === "action-started" ? [fact.action] : []));

/** The words that were said so far, those of questions too. */
export const said = (kit: FunctionKit): readonly string[] =>
  kit.facts.flatMap((fact) => {
    if (fact.type !== "action-started") return [];
    const { Text, SpeechParameters } = fact.parameters as { Text?: string; SpeechParameters?: { Text: string } };
    const text = Text ?? SpeechParameters?.Text;
    return text === undefined ? [] : [text];
  });

export const eventTypes = (kit: FunctionKit): readonly string[] =>
  kit.events().map((event) => event.InvocationEventType);

/** Waits until an action of this type has begun for the `count`th time and its sound is on its way. */
export async function untilBegun(kit: FunctionKit, action: string, count = 1): Promise<void> {
  await kit.until(`${action} number ${count} begins`, () => {
    const at = kit.facts.flatMap((fact, index) =>
      fact.type === "action-started" && fact.action === action ? [index] : [],
    )[count - 1];
    if (at === undefined) return false;
    const isSilent = ["RecordAudio", "CallAndBridge", "ReceiveDigits", "Hangup"].includes(action);
    return isSilent || kit.facts.slice(at).some(({ type }) => type === "audio-started");
  });
}

/** Waits until somebody spoke, then takes what was heard up to then. */
export async function untilSaid(kit: FunctionKit, pattern: RegExp): Promise<void> {
  await kit.until(`${String(pattern)} is said`, () => said(kit).some((text) => pattern.test(text)));
}

/** Checks that at least so much sound was heard. */
export function assertSpeech(heard: Pcm, atLeastMs: number): void {
  const { speechMs, levelDbfs = -Infinity } = measureSpeech(heard);
  assert.ok(speechMs >= atLeastMs, `heard ${speechMs} ms of speech, not ${atLeastMs}`);
  assert.ok(levelDbfs > -35, `${levelDbfs} dBFS`);
}

/** Checks that a tone was heard, and its length within 60 ms. Nothing else may have this frequency. */
export function assertHeardTone(heard: Pcm, frequencyHz: number, durationMs: number): void {
  const stepMs = 20;
  const steps = Array.from({ length: Math.floor(heard.samples.length / 8 / stepMs) }, (_, index) => index * stepMs);
  const loud = steps.filter((atMs) => toneLevelDbfs(heard, frequencyHz, atMs, atMs + stepMs) > -20).length * stepMs;
  assert.ok(Math.abs(loud - durationMs) <= 60, `${frequencyHz} Hz for ${loud} ms instead of ${durationMs}`);
}

/** Both speak by tones of their own and hear the other's only. */
export async function assertTheyTalk(one: PhoneCall, other: PhoneCall): Promise<void> {
  await Promise.all([one.takeHeard(), other.takeHeard()]);
  await Promise.all([one.play(tone(440, 600, -12)), other.play(tone(880, 600, -12))]);
  const [atOne, atOther] = await Promise.all([one.takeHeard(), other.takeHeard()]);
  assertHears(atOne, 880, 440);
  assertHears(atOther, 440, 880);
}

function assertHears(heard: Pcm, frequencyHz: number, ownHz: number): void {
  const level = toneLevelDbfs(heard, frequencyHz);
  assert.ok(level > -30, `${frequencyHz} Hz is heard at ${level.toFixed(0)} dBFS`);
  assert.ok(toneLevelDbfs(heard, ownHz) < -50, `${ownHz} Hz, the phone's own, should not be heard`);
}

/** The WAV files in a bucket of the example's objects, as paths below the bucket. */
export async function recordingsIn(kit: FunctionKit, bucket: string): Promise<readonly string[]> {
  const folder = join(kit.folder, "objects", bucket);
  const entries = await readdir(folder, { recursive: true }).catch(() => []);
  return entries.filter((path) => path.endsWith(".wav")).sort();
}

/** All files of a bucket, also those that the store keeps beside objects. */
export async function filesIn(kit: FunctionKit, bucket: string): Promise<readonly string[]> {
  const folder = join(kit.folder, "objects", bucket);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** The channels of a recording (16 bit PCM). */
export async function readChannels(kit: FunctionKit, bucket: string, key: string): Promise<readonly Pcm[]> {
  const bytes = await readFile(join(kit.folder, "objects", bucket, key));
  const channels = bytes.readUInt16LE(22);
  const samples = (bytes.length - 44) / 2 / channels;
  return Array.from({ length: channels }, (_, index) =>
    pcmFromSamples(
      Int16Array.from({ length: samples }, (_, at) => bytes.readInt16LE(44 + 2 * (at * channels + index))),
    ),
  );
}
