import type { DataMessage } from "../frames/messages.ts";
import type { ServerFrame } from "../frames/server-frame.ts";

/** A data message as a client sent it, checked. */
export interface IncomingMessage {
  readonly topic: string;
  readonly data: Uint8Array;
  /** How long it is kept for those who come later; 0: not at all. */
  readonly lifetimeMs: number;
}

/** A token bucket. */
export interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

export interface KeptMessage {
  readonly message: DataMessage;
  readonly atMs: number;
  readonly untilMs: number;
}

/** Data messages of one meeting: so many at once, and so many a second. */
const burst = 200;
const perSecond = 150;
/** Most that are kept, and for how long at most. */
const mostKept = 1_024;
const longestLifeMs = 300_000;
/** Most payloads in one frame, so that none is larger than clients take. */
const mostInFrame = 16;

/** Full. */
export const fullBucket: Bucket = { tokens: burst, atMs: 0 };

/** What became of messages. */
export interface Sorted {
  readonly bucket: Bucket;
  readonly passed: readonly DataMessage[];
  /** For their sender: a time of 0 says to it that they were too many. */
  readonly throttled: readonly DataMessage[];
  readonly kept: readonly KeptMessage[];
}

/** Decides which messages are passed on, and which are kept. */
export function sortMessages(
  before: { readonly bucket: Bucket; readonly kept: readonly KeptMessage[] },
  sender: { readonly attendeeId: string; readonly externalUserId: string },
  { messages, atMs, atNs }: { messages: readonly IncomingMessage[]; atMs: number; atNs: bigint },
): Sorted {
  const refilled = before.bucket.tokens + ((atMs - before.bucket.atMs) / 1_000) * perSecond;
  const tokens = Math.min(burst, refilled);
  const passing = Math.min(messages.length, Math.floor(tokens));
  const fill = ({ topic, data, lifetimeMs }: IncomingMessage, ingestTimeNs: bigint): DataMessage => ({
    ...{ topic, data, lifetimeMs, ingestTimeNs },
    senderAttendeeId: sender.attendeeId,
    senderExternalUserId: sender.externalUserId,
  });
  const passed = messages.slice(0, passing).map((message) => fill(message, atNs));
  const throttled = messages.slice(passing).map((message) => fill(message, 0n));
  const newlyKept = passed.flatMap((message) => {
    const lifeMs = Math.min(message.lifetimeMs ?? 0, longestLifeMs);
    return lifeMs === 0 ? [] : [{ message, atMs, untilMs: atMs + lifeMs }];
  });
  const kept = newlyKept.length === 0 ? before.kept : [...unexpired(before.kept, atMs), ...newlyKept].slice(-mostKept);
  return { bucket: { tokens: tokens - passing, atMs }, passed, throttled, kept };
}

/** What somebody who joins gets: what is still alive and came after `sinceMs`. */
export function replayFrames(kept: readonly KeptMessage[], atMs: number, sinceMs: number): readonly ServerFrame[] {
  const alive = unexpired(kept, atMs).filter((one) => one.atMs > sinceMs);
  return messageFrames(alive.map(({ message }) => message));
}

/** The frames that carry messages. */
export function messageFrames(messages: readonly DataMessage[]): readonly ServerFrame[] {
  const count = Math.ceil(messages.length / mostInFrame);
  return Array.from({ length: count }, (_, index) => ({
    type: "data-message",
    dataMessage: { messages: messages.slice(index * mostInFrame, (index + 1) * mostInFrame) },
  }));
}

function unexpired(kept: readonly KeptMessage[], atMs: number): readonly KeptMessage[] {
  return kept.filter(({ untilMs }) => untilMs > atMs);
}
