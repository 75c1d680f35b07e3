import { readInteger } from "./numbers.ts";

/** The longest time that timers can take, 24 days; more than any call lasts. */
const longestMs = 2_147_483_647;

/** A duration as functions send it: its number for events, and the time that counts. undefined: not a whole number above 0. */
export function readDuration(value: unknown): { readonly sent: number; readonly durationMs: number } | undefined {
  const sent = readInteger(value);
  return sent === undefined || sent <= 0 ? undefined : { sent, durationMs: Math.min(sent, longestMs) };
}
