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
  readonly rule: SourceRule;
}

/** From where a far end may be heard that is not heard from its signalled address. `named`: from hosts that its signalling names, which are that of its
 * description, and the one that its messages come from; `described`: from the former only, or, where that is private, from the latter (a trunk);
 * `proxied`: a host between says nothing of where it is, so that it may be anywhere if its address is private, as long as it is being learnt. */
export type SourceRule = "named" | "described" | "proxied";

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
      /** When a description came since: the far end may be found anew for a while. */
      readonly renewedMs: number;
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

/** How long after a description a far end may be learnt from a host that no signalling names, and one that was learnt may move. */
const LEARNING_MS = 10_000;

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

/** A new description with the same address came. */
export function renewSource(state: SourceState, nowMs: number): SourceState {
  return state.type === "learning" ? startLearning(nowMs) : { ...state, renewedMs: nowMs };
}

/** Decides about one packet. The far end is learnt once: its signalled address is believed at once, any other source only where a rule lets it
 * be, and when it behaves like a stream for as long as signalling makes it unlikely. Then it is locked (RFC 4961 without its weakness): another
 * source is believed only when it goes on with the SSRC and the sequence numbers of one that fell silent (a translator gave it another port), when
 * a new description came and the one before is silent, or when it is more likely than that after all. Silence alone opens nothing.
 * @returns the next state, and whether the packet is the far end's. Contract: sip-and-media-audio-source */
export function stepSource(
  expected: ExpectedSource,
  state: SourceState,
  packet: SourcePacket,
  nowMs: number,
): readonly [SourceState, "heard" | "not-heard"] {
  if (state.type === "locked" && isSame(state.source, packet)) {
    return [lock(packet, nowMs, state.renewedMs, state.candidates), "heard"];
  }
  const isSignalled = expected.signalled !== undefined && isSame(expected.signalled, packet);
  if (state.type === "learning" && isSignalled) return [lock(packet, nowMs, -Infinity, []), "heard"];
  const proof =
    state.type === "learning" ? proofOf(expected, state, packet, nowMs) : moveOf(expected, state, packet, nowMs);
  if (proof === undefined) return [state, "not-heard"];
  const candidate = follow(
    state.candidates.find((one) => isSame(one, packet)),
    packet,
    nowMs,
  );
  if (candidate === undefined) return [state, "not-heard"];
  if (hasShown(candidate, proof, state, nowMs)) {
    return [lock(packet, nowMs, state.type === "learning" ? -Infinity : state.renewedMs, []), "heard"];
  }
  return [{ ...state, candidates: keep(state.candidates, candidate) }, "not-heard"];
}

/** Whether a packet may be the far end's, or make it so in time. Asked before much work is done for it. */
export function mayBeHeard(expected: ExpectedSource, state: SourceState, packet: SourcePacket, nowMs: number): boolean {
  if (state.type === "locked" && isSame(state.source, packet)) return true;
  if (expected.signalled !== undefined && isSame(expected.signalled, packet)) return true;
  const proof =
    state.type === "learning" ? proofOf(expected, state, packet, nowMs) : moveOf(expected, state, packet, nowMs);
  return proof !== undefined;
}

/** What a source has to show while the far end is being learnt; undefined when it is never accepted. */
function proofOf(
  expected: ExpectedSource,
  { sinceMs }: { readonly sinceMs: number },
  packet: PacketAddress,
  nowMs: number,
): Proof | undefined {
  const { signalled, signalledFrom, isPrivate, isOwn, rule } = expected;
  if (packet.address === signalled?.address) {
    if (isOwn) return undefined;
    return signalledFrom === undefined || signalledFrom === signalled.address ? MIDDLE_PROOF : SHORT_PROOF;
  }
  if (isNamed(expected, packet)) return SHORT_PROOF;
  const isSought = rule === "proxied" && isPrivate && nowMs - sinceMs < LEARNING_MS;
  return isSought ? MIDDLE_PROOF : undefined;
}

/** What another source has to show once the far end is known; undefined when it is never accepted. */
function moveOf(expected: ExpectedSource, state: LockedSource, packet: SourcePacket, nowMs: number): Proof | undefined {
  const isSignalled = expected.signalled !== undefined && isSame(expected.signalled, packet);
  const isNearer = isNamed(expected, packet) && !isNamed(expected, state.source);
  if (isSignalled || isNearer) return SHORT_PROOF;
  if (nowMs - state.heardMs < RESTART_SILENCE_MS) return undefined;
  const isAllowed = expected.rule !== "described" || isNamed(expected, packet);
  if (isAllowed && goesOn(state, packet, nowMs)) return SHORT_PROOF;
  return nowMs - state.renewedMs < LEARNING_MS
    ? proofOf(expected, { sinceMs: state.renewedMs }, packet, nowMs)
    : undefined;
}

type LockedSource = Extract<SourceState, { type: "locked" }>;

/** Whether signalling names the host of a source, by the rule. On this machine a host is nobody in particular. */
function isNamed(
  { signalled, signalledFrom, isPrivate, isOwn, rule }: ExpectedSource,
  { address }: PacketAddress,
): boolean {
  if (address === signalled?.address) return !isOwn;
  const isThere = rule !== "described" || isPrivate || signalled === undefined;
  return isThere && address === signalledFrom;
}

/** Whether a packet goes on where the stream of the known source, now silent, stopped: no more numbers ahead than it may have sent since. */
function goesOn({ source, heardMs }: LockedSource, packet: SourcePacket, nowMs: number): boolean {
  if (packet.ssrc !== source.ssrc) return false;
  const ahead = (packet.sequence - source.sequence) & 0xffff;
  return ahead > 0 && ahead <= Math.min(50 + (nowMs - heardMs) / 10, 3000);
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

function lock(packet: SourcePacket, heardMs: number, renewedMs: number, candidates: readonly Candidate[]): SourceState {
  const { address, port, ssrc, sequence } = packet;
  return { type: "locked", source: { address, port, ssrc, sequence }, heardMs, renewedMs, candidates };
}

function isSame(one: PacketAddress, other: PacketAddress): boolean {
  return one.port === other.port && one.address === other.address;
}
