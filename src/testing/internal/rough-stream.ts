/** A packet of audio as a far end sends it. */
export interface SentPacket {
  kind: "audio" | "noise" | "event";
  bytes: Uint8Array;
  ssrc: number;
  sequence: number;
  timestampTicks: number;
}

/** How a far end sends and what the network makes of it. */
export interface RoughStream {
  /** Lengths of packets, one after another and again; default 20 ms. */
  readonly ptimesMs?: readonly number[];
  /** How long a packet is under way, milliseconds, by its number; undefined loses it. Default 0. */
  readonly delayMs?: (index: number) => number | undefined;
  /** Each packet comes again, so many milliseconds later. */
  readonly againMs?: number;
  /** How much the far end's clock is faster than ours, parts in a million. */
  readonly fastPpm?: number;
  /** Changes a packet before it leaves. @returns false when it does not leave at all: the far end says nothing here */
  readonly change?: (packet: SentPacket, index: number) => boolean | void;
}

/** A packet on its arrival, milliseconds after the first sample was said. */
export interface Arrival {
  readonly atMs: number;
  readonly packet: SentPacket;
}

/** What comes of samples of 8,000 Hz that a far end sends, in the order in which it comes.
 * @param encode gives the payload of the next samples */
export function sendRoughly(
  samples: Int16Array,
  encode: (part: Int16Array) => Uint8Array,
  stream: RoughStream,
): readonly Arrival[] {
  const { ptimesMs = [20], delayMs = () => 0, fastPpm = 0, change, againMs } = stream;
  const arrivals: Arrival[] = [];
  let sequence = 65_500;
  for (let at = 0, index = 0; at < samples.length; index++) {
    const part = samples.subarray(at, at + (ptimesMs[index % ptimesMs.length] ?? 20) * 8);
    const packet: SentPacket = {
      kind: "audio",
      bytes: encode(part),
      ssrc: 1,
      sequence: sequence & 0xffff,
      timestampTicks: (at + 0xffff_0000) >>> 0,
    };
    at += part.length;
    if (change?.(packet, index) === false) continue;
    sequence++;
    const delay = delayMs(index);
    if (delay === undefined) continue;
    // A packet leaves when its last sample was said.
    const atMs = at / 8 / (1 + fastPpm / 1e6) + delay;
    arrivals.push({ atMs, packet });
    if (againMs !== undefined) arrivals.push({ atMs: atMs + againMs, packet });
  }
  return arrivals.sort((one, other) => one.atMs - other.atMs);
}
