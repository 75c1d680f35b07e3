import type { AudioSource } from "../../call/index.ts";

/** What is heard: words, by a part of them or a pattern, or a prompt by its key or the end of it. */
export type Sound = string | RegExp | { readonly prompt: string };

/** Speech has about this many letters in a second; a text takes at least `shortestSpeechMs`. */
const lettersPerSecond = 15;
const shortestSpeechMs = 300;
const promptMs = 1_500;

/** The words of a playback without the tags of SSML, in one line; undefined for a prompt. */
export function wordsOf(source: AudioSource): string | undefined {
  if (source.type === "object") return undefined;
  return oneLine(source.speech.text.replace(/<[^<>]*>/g, " "));
}

/** Whether a playback is what was meant. Words are compared without regard to case and line breaks. */
export function isSound(source: AudioSource, sound: Sound): boolean {
  const words = wordsOf(source);
  if (typeof sound === "string") return words?.toLowerCase().includes(oneLine(sound).toLowerCase()) === true;
  if (sound instanceof RegExp) return words !== undefined && words.search(sound) >= 0;
  return source.type === "object" && (source.key === sound.prompt || source.key.endsWith(`/${sound.prompt}`));
}

/** How long sounds are, milliseconds: prompts by key, words by text. What is missing cannot be played. */
export interface SoundLengths {
  readonly prompts: Readonly<Record<string, number | "missing">>;
  readonly speech: Readonly<Record<string, number | "missing">>;
}

/** How long a playback takes once, milliseconds, or that there is nothing to play. */
export function lengthOf(source: AudioSource, { prompts, speech }: SoundLengths): number | "missing" {
  const words = wordsOf(source);
  if (source.type === "object") return prompts[source.key] ?? promptMs;
  const said = words === undefined ? undefined : speech[words];
  if (said !== undefined) return said;
  return Math.max(shortestSpeechMs, Math.round((1_000 * (words?.length ?? 0)) / lettersPerSecond));
}

/** A playback for a person. */
export function nameSource(source: AudioSource): string {
  return source.type === "object" ? `the prompt ${source.key}` : JSON.stringify(wordsOf(source));
}

/** What was expected, for a person. */
export function nameSound(sound: Sound): string {
  if (sound instanceof RegExp) return `words like ${String(sound)}`;
  return typeof sound === "string" ? JSON.stringify(sound) : `the prompt ${sound.prompt}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
