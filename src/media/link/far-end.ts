import { canBeFarEnd, expectSource, isUnspecified, plainAddress, type OwnEnd } from "./expected-source.ts";
import {
  mayBeHeard,
  renewSource,
  startLearning,
  stepSource,
  type ExpectedSource,
  type SourceRule,
  type SourceState,
} from "./source-machine.ts";
import type { NegotiatedAudio } from "../../sdp/index.ts";
import type { PacketAddress } from "../io/packet-io.ts";

/** The far end of a session: whose RTP and RTCP count, and where ours is sent. */
export interface FarEnd {
  /** Something was agreed with it. */
  readonly isAgreed: boolean;
  /** Takes over what was agreed. Another remote address begins the search anew; 0.0.0.0, the old form of hold, changes nothing. */
  configure(audio: NegotiatedAudio, signalledFrom: string | undefined, nowMs: number, rule?: SourceRule): void;
  /** Whether a valid RTP packet is the far end's. */
  hears(source: PacketAddress, ssrc: number, sequence: number, nowMs: number): boolean;
  /** The one value that packets of the far end come with, once it is certain who that is; undefined: each has to be asked about. */
  readonly certainSource: PacketAddress | undefined;
  /** Packets from there were heard that were not asked about, the latest of them with this number. */
  passed(sequence: number, nowMs: number): void;
  /** Whether an RTP packet may be the far end's, or make it so in time: cheap, and nothing is learnt by it. */
  mayHear(source: PacketAddress, ssrc: number, sequence: number, nowMs: number): boolean;
  /** The same for a report. */
  mayHearReport(source: PacketAddress): boolean;
  /** Whether a report is the far end's. `ssrc`: who reports. */
  hearsReport(source: PacketAddress, ssrc: number): boolean;
  /** The signalled address; undefined: it is none that a far end can have. */
  signalled(): PacketAddress | undefined;
  /** Where RTP goes: to the source once it is known, else to the signalled address; undefined: nowhere. RFC 4961 */
  rtpDestination(): PacketAddress | undefined;
  /** Where RTCP goes: where the far end's came from, else beside its RTP, else to the signalled address. */
  rtcpDestination(): PacketAddress | undefined;
}

/** Makes the far end of a session before anything is negotiated. */
export function createFarEnd(own: OwnEnd): FarEnd {
  return new LearntFarEnd(own);
}

const NOTHING_EXPECTED: ExpectedSource = {
  ...{ signalled: undefined, signalledFrom: undefined, isPrivate: false, isOwn: false },
  rule: "named",
};

class LearntFarEnd implements FarEnd {
  readonly #own: OwnEnd;
  #expected = NOTHING_EXPECTED;
  /** Once it is locked, what its source sent last is in the three below: a value for each packet would be garbage. */
  #state: SourceState | undefined;
  #latestSsrc = 0;
  #latestSequence = 0;
  #heardMs = 0;
  #isHold = false;
  #isMultiplexed = false;
  #signalledReports: PacketAddress | undefined;
  #reportSource: PacketAddress | undefined;
  /** Where the stream comes from, once that is known. */
  #source: PacketAddress | undefined;
  /** That of the latest packet of the locked source: its texts need not be compared again where it is the same value. */
  #lockedSource: PacketAddress | undefined;

  constructor(own: OwnEnd) {
    this.#own = own;
  }

  get isAgreed(): boolean {
    return this.#state !== undefined;
  }

  configure(audio: NegotiatedAudio, signalledFrom: string | undefined, nowMs: number, rule?: SourceRule): void {
    const signalled = { address: audio.remoteAddress, port: audio.remotePort };
    const before = this.#state;
    this.#isHold = isUnspecified(signalled.address);
    this.#lockedSource = undefined;
    this.#isMultiplexed = audio.isMultiplexed === true;
    if (before !== undefined && this.#isHold) return;
    const expected = expectSource(signalled, signalledFrom, this.#own, rule);
    if (before?.type === "locked" && isSameEnd(expected.signalled, this.#expected.signalled)) {
      this.#state = renewSource(before, nowMs);
      return;
    }
    const reports = { address: plainAddress(audio.remoteRtcpAddress), port: audio.remoteRtcpPort };
    this.#expected = expected;
    this.#signalledReports = canBeFarEnd(reports, expected.signalledFrom, this.#own) ? reports : undefined;
    this.#state = startLearning(nowMs);
    this.#source = this.#reportSource = undefined;
  }

  hears(source: PacketAddress, ssrc: number, sequence: number, nowMs: number): boolean {
    if (this.#state === undefined) return false;
    if (source !== this.#lockedSource) {
      const isKnown = this.#source !== undefined && isSameEnd(this.#source, source);
      const isLocked = isKnown && this.#state.type === "locked";
      if (!isLocked && !this.#learns(this.#state, source, ssrc, sequence, nowMs)) return false;
      this.#lockedSource = isLocked ? source : undefined;
    }
    this.#latestSsrc = ssrc;
    this.#latestSequence = sequence;
    this.#heardMs = nowMs;
    return true;
  }

  get certainSource(): PacketAddress | undefined {
    return this.#state?.type === "locked" ? this.#lockedSource : undefined;
  }

  passed(sequence: number, nowMs: number): void {
    this.#latestSequence = sequence;
    this.#heardMs = nowMs;
  }

  mayHear({ address, port }: PacketAddress, ssrc: number, sequence: number, nowMs: number): boolean {
    if (this.#state === undefined) return false;
    return mayBeHeard(this.#expected, this.#withLatest(this.#state), { address, port, ssrc, sequence }, nowMs);
  }

  mayHearReport({ address }: PacketAddress): boolean {
    const known = [this.#reportSource, this.#source, this.#expected.signalled, this.#signalledReports];
    return known.some((one) => one?.address === address);
  }

  /** Asks the machine about a packet that is not from the locked source. */
  #learns(
    before: SourceState,
    { address, port }: PacketAddress,
    ssrc: number,
    sequence: number,
    nowMs: number,
  ): boolean {
    const packet = { address, port, ssrc, sequence };
    if (!canBeFarEnd(packet, this.#expected.signalledFrom, this.#own)) return false;
    const [state, verdict] = stepSource(this.#expected, this.#withLatest(before), packet, nowMs);
    this.#state = state;
    if (verdict === "not-heard") return false;
    this.#source = { address, port };
    this.#reportSource = undefined;
    return true;
  }

  #withLatest(state: SourceState): SourceState {
    if (state.type === "learning") return state;
    const source = { ...state.source, ssrc: this.#latestSsrc, sequence: this.#latestSequence };
    return { ...state, source, heardMs: this.#heardMs };
  }

  hearsReport(source: PacketAddress, ssrc: number): boolean {
    if (this.#reportSource !== undefined) return isSameEnd(this.#reportSource, source);
    const isSignalled =
      isSameEnd(this.#signalledReports, source) ||
      isSameEnd(this.#source ?? this.#expected.signalled ?? this.#signalledReports, source);
    // A translator may have given it any port; on this machine there is none.
    const isOfStream =
      this.#state?.type === "locked" &&
      !this.#expected.isOwn &&
      source.address === this.#state.source.address &&
      ssrc === this.#latestSsrc;
    if (!isSignalled && !isOfStream) return false;
    this.#reportSource = { address: source.address, port: source.port };
    return true;
  }

  signalled(): PacketAddress | undefined {
    return this.#expected.signalled;
  }

  rtpDestination(): PacketAddress | undefined {
    return this.#isHold ? undefined : (this.#source ?? this.#expected.signalled);
  }

  rtcpDestination(): PacketAddress | undefined {
    if (this.#isHold || this.#isMultiplexed) return this.rtpDestination();
    if (this.#reportSource !== undefined) return this.#reportSource;
    if (this.#source === undefined || isSameEnd(this.#source, this.#expected.signalled)) return this.#signalledReports;
    return { address: this.#source.address, port: Math.min(this.#source.port + 1, 65_535) };
  }
}

function isSameEnd(one: PacketAddress | undefined, other: PacketAddress | undefined): boolean {
  return one?.port === other?.port && one?.address === other?.address;
}
