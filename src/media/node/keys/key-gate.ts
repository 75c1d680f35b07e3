/** Counts a key press once when it comes both as telephone-event and by SIP INFO. The SDP does not say which of the two a phone sends: phones
 * that are set to INFO negotiate events too. Contract: sip-and-media-keys-by-info */
export interface KeyGate {
  /** A press begins in the RTP stream. @returns whether it counts; false: it was counted by its INFO before */
  pressBegins(digit: string, nowMs: number): boolean;
  /** A key came by INFO. @returns whether it counts; false: it was counted as a press of the RTP stream */
  keySignalled(digit: string, nowMs: number): boolean;
}

interface Waiting {
  readonly digit: string;
  readonly atMs: number;
}

/** How far an INFO may be ahead of the RTP packets of its press. */
const MOST_AHEAD_MS = 2000;
/** How late an INFO may come that had to be retransmitted. RFC 3261 §17.1.2.2 (timer F) */
const MOST_LATE_MS = 32_000;
/** Presses that wait for their INFO; most phones never send one. */
const MOST_WAITING = 128;

/** Makes the gate of one leg. Each press takes one INFO with its key, and each INFO one press, whichever comes first. */
export function createKeyGate(): KeyGate {
  const presses: Waiting[] = [];
  const signals: Waiting[] = [];
  return {
    pressBegins: (digit, nowMs) => !takes(signals, digit, nowMs - MOST_AHEAD_MS) && waits(presses, digit, nowMs),
    keySignalled: (digit, nowMs) => !takes(presses, digit, nowMs - MOST_LATE_MS) && waits(signals, digit, nowMs),
  };
}

/** Removes the first waiting entry with this key that is not too old. */
function takes(waiting: Waiting[], digit: string, sinceMs: number): boolean {
  const young = waiting.findIndex(({ atMs }) => atMs >= sinceMs);
  waiting.splice(0, young < 0 ? waiting.length : young);
  const index = waiting.findIndex((one) => one.digit === digit);
  if (index >= 0) waiting.splice(index, 1);
  return index >= 0;
}

function waits(waiting: Waiting[], digit: string, atMs: number): true {
  waiting.push({ digit, atMs });
  if (waiting.length > MOST_WAITING) waiting.shift();
  return true;
}
