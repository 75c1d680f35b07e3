import { codecs } from "../../src/media/codec/codecs.ts";
import { createRtpHost } from "../../src/media/worker/rtp-host.ts";
import { HandClock } from "./hand-clock.ts";
import type { Codec } from "../../src/media/codec/codec.ts";
import { createMemoryIo } from "./memory-io.ts";
import type { AudioCodec } from "../../src/sdp/index.ts";

/** One who takes part. Whoever does not speak sends packets of silence, as phones and browsers do. */
export interface MixedMember {
  readonly codec: AudioCodec["name"];
  readonly speaks: boolean;
}

/** Members of one mixer of a host, whose network is memory that is used again. */
export interface MixedLegs {
  /** 20 ms pass: each member hears a packet of its far end, and is sent one. */
  tick(): void;
  /** Packets that were sent to all members. */
  sent(): number;
}

const TICK_MS = 20;
const FIRST_PORT = 20_000;
const FAR_ADDRESS = "192.0.2.1";
const MIXER = 1;
/** Different packets, one after another and again. */
const PACKETS = 50;
/** Header, and an extension in which the sender says how loud the packet is. */
const HEAD_BYTES = 20;
const LEVEL_EXTENSION = 1;
const PAYLOAD_TYPES: Readonly<Record<AudioCodec["name"], number>> = { PCMU: 0, PCMA: 8, G722: 9, opus: 111 };

/** Makes a room of such members. @param isBusy its thread has little time */
export async function createMixedLegs(members: readonly MixedMember[], isBusy = false): Promise<MixedLegs> {
  const clock = new HandClock();
  let sent = 0;
  let opened = 0;
  const { io, open: receivers } = createMemoryIo(() => void sent++);
  const host = createRtpHost(io, clock, { rtpTimeoutMs: 60_000, holdTimeoutMs: 0 }, ({ type }) => {
    if (type === "reply") opened++;
  });
  host.noteShare(isBusy ? 1 : 0);
  host.handle({ type: "open-mixer", mixer: MIXER, rateHz: 16_000 });
  for (const session of members.keys()) {
    host.handle({ type: "open", request: session, session, address: "127.0.0.1", port: portOf(session) });
  }
  while (opened < members.length) await new Promise<void>((resolve) => setImmediate(resolve));
  for (const [session, { codec }] of members.entries()) {
    const port = portOf(session);
    host.handle({
      ...{ type: "start", session, signalledFrom: FAR_ADDRESS },
      audio: {
        ...{ remoteAddress: FAR_ADDRESS, remotePort: port, remoteRtcpAddress: FAR_ADDRESS, remoteRtcpPort: port + 1 },
        ...{ codec: { name: codec, payloadType: PAYLOAD_TYPES[codec] }, telephoneEventPayloadType: 101 },
        ...{ audioLevelExtension: LEVEL_EXTENSION, ptimeMs: TICK_MS, direction: "sendrecv" },
      },
    });
    host.handle({ type: "add-member", mixer: MIXER, member: session, part: { isHeard: true, hears: true } });
  }
  const kinds = kindsOf(members);
  const legs = members.flatMap((member, session) => {
    const receive = receivers.get(portOf(session));
    const packets = kinds.get(keyOf(member));
    const source = { address: FAR_ADDRESS, port: portOf(session) };
    return receive === undefined || packets === undefined
      ? []
      : [{ receive, packets, source, codec: codecs[member.codec] }];
  });
  let sequence = 0;
  return {
    sent: () => sent,
    tick() {
      sequence = (sequence + 1) & 0x7fff;
      for (const { receive, packets, source, codec } of legs) {
        const packet = packets[sequence % PACKETS];
        if (packet === undefined) continue;
        packet.writeUInt16BE(sequence, 2);
        packet.writeInt32BE(sequence * TICK_MS * 8 * codec.clockTicks, 4);
        receive(packet, source);
      }
      // A little more than a turn, so that no turn is late.
      for (let turn = 0; turn < TICK_MS; turn++) clock.pass(1.000_1);
    },
  };
}

const portOf = (session: number) => FIRST_PORT + 2 * session;
const keyOf = ({ codec, speaks }: MixedMember) => `${codec} ${speaks}`;

/** The packets of each kind of member, which all of a kind send. */
function kindsOf(members: readonly MixedMember[]): ReadonlyMap<string, readonly Buffer[]> {
  const kinds = new Map<string, readonly Buffer[]>();
  for (const member of members) {
    if (!kinds.has(keyOf(member))) kinds.set(keyOf(member), packetsOf(codecs[member.codec], member.speaks));
  }
  return kinds;
}

function packetsOf(codec: Codec, speaks: boolean): readonly Buffer[] {
  const rateHz = codec.sampleRateHz === 48_000 ? 16_000 : codec.sampleRateHz;
  const encoder = codec.createEncoder(rateHz);
  const count = (rateHz / 1000) * TICK_MS;
  const payload = new Uint8Array(TICK_MS * codec.bytesPerMs);
  return Array.from({ length: PACKETS }, (_, index) => {
    const samples = Int16Array.from({ length: count }, (__, at) =>
      speaks ? voiceAt((index * count + at) / rateHz) : 0,
    );
    const length = encoder.encode(samples, 0, count, payload, 0);
    const packet = Buffer.alloc(HEAD_BYTES + length);
    packet[0] = 0x90;
    packet[1] = PAYLOAD_TYPES[codec.name];
    packet.writeUInt32BE(7, 8);
    packet.writeUInt16BE(0xbede, 12);
    packet.writeUInt16BE(1, 14);
    packet[16] = LEVEL_EXTENSION << 4;
    packet[17] = speaks ? 25 : 127;
    packet.set(payload.subarray(0, length), HEAD_BYTES);
    return packet;
  });
}

/** A hum whose pitch moves, with its overtones. */
function voiceAt(second: number): number {
  const hz = 130 + 20 * Math.sin(7 * second);
  let value = 0;
  for (let overtone = 1; overtone < 16; overtone++) value += Math.sin(2 * Math.PI * hz * overtone * second) / overtone;
  return 2500 * value;
}
