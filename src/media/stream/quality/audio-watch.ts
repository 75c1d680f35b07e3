import { findAudioProblems, type AudioObservation, type AudioProblem } from "./audio-problems.ts";
import { createSessionCounts, type DropCause, type PacketCounts, type SessionPacketCounts } from "./packet-counts.ts";
import { createSoundMeter, type SoundMeter } from "./sound-meter.ts";
import type { MediaDirection } from "../../../sdp/index.ts";
import type { PacketAddress } from "../../io/packet-io.ts";

/** What only the rest of the session knows, as it is when it is asked for. */
export type SessionView = Pick<
  AudioObservation,
  "signalled" | "destination" | "packetsReceived" | "packetsSent" | "reports" | "reportsOfReception" | "notArrivingMs"
>;

/** Watches the audio of one session: what was dropped, how it sounds, and what is wrong with it. */
export interface AudioWatch {
  readonly counts: SessionPacketCounts;
  readonly incoming: SoundMeter;
  readonly outgoing: SoundMeter;
  /** Longest time without a sound of either side since the answer. */
  readonly longestQuietMs: number;
  /** What was agreed. */
  configure(direction: MediaDirection, nowMs: number): void;
  /** The leg was answered: from now on silence is a fault. */
  answered(nowMs: number): void;
  /** A packet was dropped, and where it came from may be why nothing is heard; or its payload type may be. */
  stranger(address: string, port: number): void;
  notAgreed(payloadType: number): void;
  /** When the next look is worth it. */
  readonly nextLookMs: number;
  /** Looks for problems, once a second. @returns those that were not told before */
  look(view: SessionView, nowMs: number): readonly AudioProblem[];
  /** Looks at once, for the last time. */
  lookAtEnd(view: SessionView, nowMs: number): readonly AudioProblem[];
  /** All that were found, in that order; without a far end that was not heard and then was. */
  problems(): readonly AudioProblem[];
}

const LOOK_EVERY_MS = 1000;
const NONE: readonly AudioProblem[] = [];

/** What was seen at the latest look, of whichever session: used again for each. */
const observation = {
  ...{ sinceAnswerMs: 0, direction: "sendrecv" as MediaDirection },
  ...{ signalled: undefined as PacketAddress | undefined, destination: undefined as PacketAddress | undefined },
  ...{ packetsReceived: 0, packetsSent: 0 },
  ...{ strangers: 0, latestStranger: undefined as PacketAddress | undefined },
  ...{ notAgreed: 0, latestNotAgreed: undefined as number | undefined, notOpened: 0 },
  ...{ reports: 0, reportsOfReception: 0, notArrivingMs: 0 },
  ...{ quietMs: 0, isDigitalSilence: false as boolean },
  clippedShare: { incoming: undefined as number | undefined, outgoing: undefined as number | undefined },
} satisfies AudioObservation;

/** Begins to watch.
 * @param whole counts along, for the whole worker */
export function createAudioWatch(whole: PacketCounts | undefined): AudioWatch {
  return new SessionWatch(whole);
}

class SessionWatch implements AudioWatch {
  readonly counts: SessionPacketCounts;
  readonly incoming = createSoundMeter();
  readonly outgoing = createSoundMeter();
  longestQuietMs = 0;
  #direction: MediaDirection = "sendrecv";
  #answeredAtMs: number | undefined;
  /** Since then both directions are open. */
  #openSinceMs = 0;
  nextLookMs = Infinity;
  #latestStranger: PacketAddress | undefined;
  #latestNotAgreed: number | undefined;
  /** Made with the first problem. */
  #found: Map<string, AudioProblem> | undefined;
  #told: Set<string> | undefined;

  constructor(whole: PacketCounts | undefined) {
    this.counts = createSessionCounts(whole);
  }

  configure(direction: MediaDirection, nowMs: number): void {
    if (direction !== this.#direction) this.#openSinceMs = nowMs;
    this.#direction = direction;
  }

  answered(nowMs: number): void {
    if (this.#answeredAtMs !== undefined) return;
    this.#answeredAtMs = nowMs;
    this.#openSinceMs = Math.max(this.#openSinceMs, nowMs);
    this.nextLookMs = nowMs + LOOK_EVERY_MS;
  }

  stranger(address: string, port: number): void {
    this.counts.dropped("stranger");
    if (this.#latestStranger?.port === port && this.#latestStranger.address === address) return;
    this.#latestStranger = { address, port };
  }

  notAgreed(payloadType: number): void {
    this.counts.dropped("not-agreed");
    this.#latestNotAgreed = payloadType;
  }

  look(view: SessionView, nowMs: number): readonly AudioProblem[] {
    if (this.#answeredAtMs === undefined || nowMs < this.nextLookMs) return NONE;
    this.nextLookMs = nowMs + LOOK_EVERY_MS;
    return this.#find(view, this.#answeredAtMs, nowMs);
  }

  lookAtEnd(view: SessionView, nowMs: number): readonly AudioProblem[] {
    return this.#answeredAtMs === undefined ? [] : this.#find(view, this.#answeredAtMs, nowMs);
  }

  problems(): readonly AudioProblem[] {
    return this.#found === undefined ? NONE : [...this.#found.values()];
  }

  #find(view: SessionView, answeredAtMs: number, nowMs: number): readonly AudioProblem[] {
    const quietMs = this.#quietMs(nowMs);
    if (quietMs > this.longestQuietMs) this.longestQuietMs = quietMs;
    observation.signalled = view.signalled;
    observation.destination = view.destination;
    observation.packetsReceived = view.packetsReceived;
    observation.packetsSent = view.packetsSent;
    observation.reports = view.reports;
    observation.reportsOfReception = view.reportsOfReception;
    observation.notArrivingMs = view.notArrivingMs;
    observation.sinceAnswerMs = nowMs - answeredAtMs;
    observation.direction = this.#direction;
    observation.strangers = this.#dropped("stranger");
    observation.latestStranger = this.#latestStranger;
    observation.notAgreed = this.#dropped("not-agreed");
    observation.latestNotAgreed = this.#latestNotAgreed;
    observation.notOpened = this.#dropped("srtp-not-authentic") + this.#dropped("srtp-malformed");
    observation.quietMs = quietMs;
    observation.isDigitalSilence = this.incoming.isDigitalSilence();
    observation.clippedShare.incoming = this.incoming.clippedShare();
    observation.clippedShare.outgoing = this.outgoing.clippedShare();
    const found = findAudioProblems(observation);
    if (found.length === 0 && this.#found === undefined) return found;
    const all = (this.#found ??= new Map());
    const told = (this.#told ??= new Set());
    const keyOf = ({ type, direction }: AudioProblem) => `${type} ${direction}`;
    const fresh = found.filter((problem) => !told.has(keyOf(problem)));
    for (const [key, { type }] of all) if (type === "one-way") all.delete(key);
    // The latest has the figures of the end.
    for (const problem of found) all.set(keyOf(problem), problem);
    for (const problem of fresh) told.add(keyOf(problem));
    return fresh;
  }

  /** A call that is held is silent by intent. */
  #quietMs(nowMs: number): number {
    if (this.#direction !== "sendrecv") return 0;
    const { soundedAtMs: said = 0 } = this.incoming;
    const { soundedAtMs: heard = 0 } = this.outgoing;
    return nowMs - Math.max(this.#openSinceMs, said, heard);
  }

  #dropped(cause: DropCause): number {
    return this.counts.ofCause(cause);
  }
}
