import { isRtp, RTP_HEADER_BYTES, TICKS_PER_PACKET, writeStamp, type Listener } from "./listener.ts";
import type { FarEndReceiver, FarEndSockets } from "./sockets.ts";

/** Each millisecond of the packet time has its own socket, so that one call of the system sends all packets that are due in it. */
export const SLOTS = 20;
const SLOT_MS = 1;
const PAYLOAD_BYTES = 160;

/** What one stream says, again and again. */
export interface Voice {
  /** Packets of 160 bytes. */
  readonly audio: Uint8Array;
  readonly payloadType: number;
}

/** What all streams say. */
export interface Speech {
  /** Of the streams in turn, by number. */
  readonly voices: readonly Voice[];
  /** Each packet carries the time when it was sent. */
  readonly isStamped: boolean;
}

interface Stream {
  readonly toPort: number;
  readonly ssrc: number;
  readonly payloadType: number;
  readonly frames: readonly Uint8Array[];
  /** Streams begin at different places of what they say, so that no window is all keys, or none. */
  readonly firstFrame: number;
  packets: number;
}

/** Far ends: speaks in streams of 50 packets a second each, spread over the packet time, and listens. It makes up for what it sends late. */
export interface Speaker {
  /** The socket, by number, of the far end number `index`. */
  slotOf(index: number): number;
  /** The far end number `index` begins to speak to a port. */
  speak(index: number, toPort: number): void;
  /** Ends the stream to a port. */
  hush(toPort: number): void;
  /** Listens to all that came until now. */
  drain(): void;
  /** How late its own packets were since the last look, milliseconds. */
  takeLateMs(): readonly number[];
}

/** Starts to turn, and goes on until the process ends. `other` gets what is no RTP, `eachTurn` runs every millisecond. */
export function createSpeaker(
  sockets: FarEndSockets,
  listener: Listener,
  { voices, isStamped }: Speech,
  { other, eachTurn }: { readonly other?: FarEndReceiver; readonly eachTurn?: (nowMs: number) => void } = {},
): Speaker {
  const slots: Map<number, Stream>[] = Array.from({ length: SLOTS }, () => new Map());
  const slotOfPort = new Map<number, number>();
  const packet = Buffer.alloc(RTP_HEADER_BYTES + PAYLOAD_BYTES);
  const framed = voices.map(({ audio, payloadType }) => ({ payloadType, frames: framesOf(audio) }));
  const state = { nextMs: Math.ceil(sockets.nowMs()), ssrc: 1, lateMs: [] as number[] };

  const receiver: FarEndReceiver = (socket, fromPort, atMs, bytes) => {
    if (socket >= SLOTS) return other?.(socket, fromPort, atMs, bytes);
    if (!isRtp(bytes)) return;
    listener.hear(fromPort, atMs, bytes, isStamped);
  };
  const speakSlot = (slot: number) => {
    const streams = slots[slot];
    if (streams === undefined || streams.size === 0) return;
    const nowMs = sockets.nowMs();
    for (const stream of streams.values()) {
      const frame = stream.frames[(stream.packets + stream.firstFrame) % stream.frames.length];
      if (frame !== undefined) packet.set(frame, RTP_HEADER_BYTES);
      if (isStamped) writeStamp(packet, nowMs);
      writeHeader(packet, stream);
      sockets.send(slot, stream.toPort, packet);
    }
    sockets.flush();
  };
  const turn = () => {
    const nowMs = sockets.nowMs();
    for (; state.nextMs <= nowMs; state.nextMs += SLOT_MS) {
      state.lateMs.push(nowMs - state.nextMs);
      speakSlot(state.nextMs % SLOTS);
    }
    sockets.receive(receiver);
    eachTurn?.(nowMs);
    sockets.flush();
    sockets.schedule(state.nextMs, turn);
  };
  sockets.schedule(state.nextMs, turn);
  return {
    slotOf,
    speak(index, toPort) {
      const voice = framed[index % framed.length];
      if (voice === undefined) return;
      const slot = slotOf(index);
      slotOfPort.set(toPort, slot);
      slots[slot]?.set(toPort, { toPort, ssrc: state.ssrc++, packets: 0, firstFrame: 37 * index, ...voice });
    },
    hush(toPort) {
      slots[slotOfPort.get(toPort) ?? 0]?.delete(toPort);
      slotOfPort.delete(toPort);
    },
    drain: () => sockets.receive(receiver),
    takeLateMs() {
      const { lateMs } = state;
      state.lateMs = [];
      return lateMs;
    },
  };
}

/** Neighbours are not due in one millisecond. */
function slotOf(index: number): number {
  return (index * 7) % SLOTS;
}

function framesOf(audio: Uint8Array): Uint8Array[] {
  return Array.from({ length: audio.length / PAYLOAD_BYTES }, (_, index) =>
    audio.subarray(index * PAYLOAD_BYTES, (index + 1) * PAYLOAD_BYTES),
  );
}

/** RFC 3550 §5.1 */
function writeHeader(packet: Buffer, stream: Stream): void {
  const { payloadType } = stream;
  const number = stream.packets++;
  packet[0] = 0x80;
  packet[1] = number === 0 ? payloadType | 0x80 : payloadType;
  packet.writeUInt16BE(number & 0xffff, 2);
  packet.writeUInt32BE((number * TICKS_PER_PACKET) >>> 0, 4);
  packet.writeUInt32BE(stream.ssrc, 8);
}
