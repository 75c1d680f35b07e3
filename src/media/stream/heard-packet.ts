import type { G711Codec } from "../codec/g711.ts";

/** One valid packet of the far end; the value is reused for the next one. */
export interface HeardPacket {
  bytes: Uint8Array;
  /** Bounds of the payload. */
  start: number;
  end: number;
  /** How the payload is to be read: audio of a codec, a telephone-event, or comfort noise (RFC 3389). */
  kind: G711Codec | "event" | "noise";
  isMarked: boolean;
  ssrc: number;
  sequence: number;
  timestampTicks: number;
}

/** Makes the value that is reused. */
export function createHeardPacket(): HeardPacket {
  return {
    bytes: new Uint8Array(0),
    start: 0,
    end: 0,
    kind: "noise",
    isMarked: false,
    ssrc: 0,
    sequence: 0,
    timestampTicks: 0,
  };
}
