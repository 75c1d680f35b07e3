import type { PacketAddress } from "../io/packet-io.ts";

/** What signalling says of the far end of one stream before any packet has come: where its packets should come from. */
export interface ExpectedSource {
  /** Address of its session description; undefined when that names none that can be a far end. */
  readonly signalled: PacketAddress | undefined;
  /** The address that its signalling came from; undefined when not known. */
  readonly signalledFrom: string | undefined;
  /** The signalled address is private, so there may be a NAT before it. RFC 1918, RFC 6598, RFC 4193 */
  readonly isPrivate: boolean;
  /** The signalled address is this machine's: there is no NAT, and other programs share the address. */
  readonly isOwn: boolean;
}

/** The origin of one valid RTP packet, with what ties it to its stream. */
export interface SourcePacket extends PacketAddress {
  readonly ssrc: number;
  readonly sequence: number;
}

/** A source that is not accepted yet: it has to send a plausible stream first. */
interface Candidate extends SourcePacket {
  readonly packets: number;
  readonly firstMs: number;
}

/** The source of a stream: still being learnt, or locked to one. Times are of one monotonic clock. */
export type SourceState =
  | { readonly type: "learning"; readonly sinceMs: number; readonly candidates: readonly Candidate[] }
  | {
      readonly type: "locked";
      readonly source: SourcePacket;
      readonly heardMs: number;
      readonly candidates: readonly Candidate[];
    };

/** What a source has to show: a number of packets in order from one SSRC, over a time, and not before a time after the start. */
interface Proof {
  readonly packets: number;
  readonly spanMs: number;
  readonly afterMs: number;
}

/** A source that signalling makes likely. */
const SHORT_PROOF: Proof = { packets: 4, spanMs: 40, afterMs: 0 };
/** A source that a NAT would explain: another port of the signalled address (each destination has its own port there, RFC 4787 §4.1), or any
 * source when there must be a NAT before the far end, whose signalling may have come through a proxy. */
const MIDDLE_PROOF: Proof = { packets: 10, spanMs: 150, afterMs: 200 };
/** Any other source: nothing suggests a NAT, but no packets come from the signalled address. */
const LONG_PROOF: Proof = { packets: 50, spanMs: 1000, afterMs: 5000 };

/** Most packets that may be lost between two of one candidate. */
const MOST_LOST = 10;
/** Most candidates, so that packets of strangers cannot take memory. */
const MOST_CANDIDATES = 4;
/** How long the known source must be silent before its stream may go on from elsewhere. */
const RESTART_SILENCE_MS = 200;

/** The state before the first packet, and after an offer with another address. */
export function startLearning(nowMs: number): SourceState {
  return { type: "learning", sinceMs: nowMs, candidates: [] };
}

/** Decides about one packet. The far end is learnt once: its signalled address is believed at once, any other source only when it behaves
 * like a stream for as long as signalling makes it unlikely. Then it is locked (RFC 4961 without its weakness): another source is believed
 * only when it goes on with the SSRC and the sequence numbers of one that fell silent (a translator gave it another port), or is the
 * signalled address after all. Silence alone opens nothing.
 * @returns the next state, and whether the packet is the far end's. Contract: sip-and-media-audio-source */
export function stepSource(
  expected: ExpectedSource,
  state: SourceState,
  packet: SourcePacket,
  nowMs: number,
): readonly [SourceState, "heard" | "not-heard"] {
  if (state.type === "locked" && isSame(state.source, packet)) {
    return [lock(packet, nowMs, state.candidates), "heard"];
  }
  const isSignalled = expected.signalled !== undefined && isSame(expected.signalled, packet);
  if (state.type === "learning" && isSignalled) return [lock(packet, nowMs, []), "heard"];
  const proof = proofOf(expected, state, packet, isSignalled, nowMs);
  if (proof === undefined) return [state, "not-heard"];
  const candidate = follow(
    state.candidates.find((one) => isSame(one, packet)),
    packet,
    nowMs,
  );
  if (candidate === undefined) return [state, "not-heard"];
  if (hasShown(candidate, proof, state, nowMs)) return [lock(packet, nowMs, []), "heard"];
  return [{ ...state, candidates: keep(state.candidates, candidate) }, "not-heard"];
}

/** What a source that is not the known one has to show; undefined when it is never accepted. */
function proofOf(
  expected: ExpectedSource,
  state: SourceState,
  packet: SourcePacket,
  isSignalled: boolean,
  nowMs: number,
): Proof | undefined {
  if (state.type === "locked") return isSignalled || goesOn(state, packet, nowMs) ? SHORT_PROOF : undefined;
  const { signalled, signalledFrom, isPrivate, isOwn } = expected;
  const isDirect = signalled !== undefined && (signalledFrom === undefined || signalledFrom === signalled.address);
  if (isDirect) return packet.address === signalled.address && !isOwn ? MIDDLE_PROOF : LONG_PROOF;
  if (packet.address === signalledFrom || packet.address === signalled?.address) return SHORT_PROOF;
  return isPrivate ? MIDDLE_PROOF : LONG_PROOF;
}

/** Whether a packet goes on where the stream of the known source, now silent, stopped: no more numbers ahead than it may have sent since. */
function goesOn(
  { source, heardMs }: Extract<SourceState, { type: "locked" }>,
  packet: SourcePacket,
  nowMs: number,
): boolean {
  const silentMs = nowMs - heardMs;
  if (silentMs < RESTART_SILENCE_MS || packet.ssrc !== source.ssrc) return false;
  const ahead = (packet.sequence - source.sequence) & 0xffff;
  return ahead > 0 && ahead <= Math.min(50 + silentMs / 10, 3000);
}

/** The candidate with one more packet, or anew; undefined for a packet that was repeated or overtaken. */
function follow(before: Candidate | undefined, packet: SourcePacket, nowMs: number): Candidate | undefined {
  const { address, port, ssrc, sequence } = packet;
  const fresh = { address, port, ssrc, sequence, packets: 1, firstMs: nowMs };
  if (before?.ssrc !== ssrc) return fresh;
  const ahead = ((sequence - before.sequence) << 16) >> 16;
  if (ahead <= 0 && ahead >= -MOST_LOST) return undefined;
  return ahead > 0 && ahead <= MOST_LOST ? { ...before, sequence, packets: before.packets + 1 } : fresh;
}

function hasShown({ packets, firstMs }: Candidate, proof: Proof, state: SourceState, nowMs: number): boolean {
  const isLongEnough = packets >= proof.packets && nowMs - firstMs >= proof.spanMs;
  return isLongEnough && (state.type === "locked" || nowMs - state.sinceMs >= proof.afterMs);
}

/** When there are too many, the one that has shown least is dropped. */
function keep(candidates: readonly Candidate[], latest: Candidate): readonly Candidate[] {
  const others = candidates.filter((one) => !isSame(one, latest));
  if (others.length < MOST_CANDIDATES) return [...others, latest];
  const weakest = others.reduce((least, one) => (one.packets < least.packets ? one : least));
  return [...others.filter((one) => one !== weakest), latest];
}

function lock(packet: SourcePacket, heardMs: number, candidates: readonly Candidate[]): SourceState {
  const { address, port, ssrc, sequence } = packet;
  return { type: "locked", source: { address, port, ssrc, sequence }, heardMs, candidates };
}

function isSame(one: PacketAddress, other: PacketAddress): boolean {
  return one.port === other.port && one.address === other.address;
}
