import type { MediaDirection } from "../../../sdp/index.ts";
import type { PacketAddress } from "../../io/packet-io.ts";

/** What people hear wrong, with its cause. `incoming` is what the far end says, `outgoing` what it hears. */
export interface AudioProblem {
  readonly type: "one-way" | "dead-air" | "clipping";
  readonly direction: "incoming" | "outgoing" | "both";
  readonly cause: AudioProblemCause;
  /** For people; may name addresses of the far end. */
  readonly message: string;
}

export type AudioProblemCause =
  /** No packet came at all. */
  | "no-packets"
  /** Packets came, but not from where they should, and did not show to be the far end's. */
  | "strangers"
  /** Packets of the far end came with a payload type that was not agreed. */
  | "not-agreed"
  /** Its packets are not encrypted with the key that it described. */
  | "not-opened"
  /** The far end holds the call. */
  | "held"
  /** The far end reports what it receives, and nothing of ours is among it. */
  | "not-reported"
  /** What the far end has received of ours, as it reports, grows no more. */
  | "not-arriving"
  /** Neither side makes a sound. */
  | "both-silent"
  /** Each sample that the far end sent was zero: a muted or missing microphone. */
  | "digital-silence"
  /** Samples lie at the limits of the codec. */
  | "full-scale";

/** What a session saw of its audio since the leg was answered. */
export interface AudioObservation {
  readonly sinceAnswerMs: number;
  /** As seen from here. */
  readonly direction: MediaDirection;
  /** Where the far end's packets should come from; undefined: its description names no such address. */
  readonly signalled: PacketAddress | undefined;
  readonly destination: PacketAddress | undefined;
  readonly packetsReceived: number;
  readonly packetsSent: number;
  /** Packets that were not taken for the far end's, and where the latest came from. */
  readonly strangers: number;
  readonly latestStranger: PacketAddress | undefined;
  /** Packets with a payload type that was not agreed, and the latest type. */
  readonly notAgreed: number;
  readonly latestNotAgreed: number | undefined;
  /** Packets that its key does not open. */
  readonly notOpened: number;
  /** RTCP reports of the far end; those that say of any stream how it is received. */
  readonly reports: number;
  readonly reportsOfReception: number;
  /** How long its newest packet of ours has stayed the same from report to report while we sent; 0: it grows. */
  readonly notArrivingMs: number;
  /** How long neither side has made a sound, with both directions open. */
  readonly quietMs: number;
  readonly isDigitalSilence: boolean;
  readonly clippedShare: { readonly incoming: number | undefined; readonly outgoing: number | undefined };
}

/** So long after the answer phones send, and who sends from elsewhere is known (`stepSource`). */
const ONE_WAY_MS = 6000;
/** So many reports without a word of ours are no accident of their start. */
const LEAST_REPORTS = 2;
/** Sent in about five seconds. */
const LEAST_SENT = 250;
/** Two intervals of reports. RFC 3550 §6.2 */
const NOT_ARRIVING_MS = 10_000;
const DEAD_AIR_MS = 10_000;
/** People who listen may mute themselves for a while. */
const DIGITAL_SILENCE_MS = 20_000;
/** Share of samples at full scale at which speech sounds harsh. */
const CLIPPED_SHARE = 0.01;

const NONE: readonly AudioProblem[] = [];

/** Finds what is wrong so far; each at most once for a direction. Makes nothing where nothing is wrong: each leg is looked at once a second. */
export function findAudioProblems(seen: AudioObservation): readonly AudioProblem[] {
  let found = NONE;
  for (const look of looks) {
    const problem = look(seen);
    if (problem !== undefined) found = [...found, problem];
  }
  return found;
}

const looks: readonly ((seen: AudioObservation) => AudioProblem | undefined)[] = [
  unheard,
  unhearing,
  deadAir,
  (seen) => clipped(seen, "incoming"),
  (seen) => clipped(seen, "outgoing"),
];

/** Why nothing of the far end is heard. */
function unheard(seen: AudioObservation): AudioProblem | undefined {
  const { direction, packetsReceived, sinceAnswerMs } = seen;
  if (packetsReceived > 0 || sinceAnswerMs < ONE_WAY_MS || direction === "sendonly") return undefined;
  const because = (cause: AudioProblemCause, why: string): AudioProblem => ({
    ...{ type: "one-way", direction: "incoming", cause },
    message: `nothing is heard of it: ${why}`,
  });
  const should = seen.signalled === undefined ? "an address that it signalled" : textOf(seen.signalled);
  if (seen.notAgreed > 0) {
    return because("not-agreed", `its packets have the payload type ${seen.latestNotAgreed}, which was not agreed`);
  }
  if (seen.notOpened > 0)
    return because("not-opened", "its packets are not encrypted, or not with the key that it described");
  if (seen.strangers > 0 && seen.latestStranger !== undefined) {
    const from = textOf(seen.latestStranger);
    return because("strangers", `packets came from ${from} and were not accepted, since ${should} was signalled`);
  }
  if (direction !== "sendrecv") return because("held", "it holds the call");
  return because("no-packets", `no packet ever came from the signalled address ${should}`);
}

/** Why the far end may hear nothing of us. */
function unhearing(seen: AudioObservation): AudioProblem | undefined {
  const { direction, packetsSent, reports, reportsOfReception, notArrivingMs } = seen;
  const isSending = direction === "sendrecv" || direction === "sendonly";
  if (!isSending || seen.sinceAnswerMs < ONE_WAY_MS || packetsSent < LEAST_SENT) return undefined;
  const isNotReported = reports >= LEAST_REPORTS && reportsOfReception === 0;
  if (!isNotReported && notArrivingMs < NOT_ARRIVING_MS) return undefined;
  const because = (cause: AudioProblemCause, why: string): AudioProblem => ({
    ...{ type: "one-way", direction: "outgoing", cause },
    message: `it hears nothing: ${why}`,
  });
  const to = seen.destination === undefined ? "" : ` to ${textOf(seen.destination)}`;
  if (isNotReported) {
    return because("not-reported", `it reports no packets of ours, of which ${packetsSent} were sent${to}`);
  }
  const seconds = Math.round(notArrivingMs / 1000);
  return because("not-arriving", `it has reported no new packet of ours for ${seconds} s, though they were sent${to}`);
}

function deadAir(seen: AudioObservation): AudioProblem | undefined {
  if (seen.quietMs >= DEAD_AIR_MS) {
    const caller = seen.packetsReceived === 0 ? "it sends no packets" : "what it sends is silence";
    const seconds = Math.round(seen.quietMs / 1000);
    return {
      ...{ type: "dead-air", direction: "both", cause: "both-silent" },
      message: `nobody has made a sound for ${seconds} s: nothing is played to it, and ${caller}`,
    };
  }
  if (!seen.isDigitalSilence || seen.sinceAnswerMs < DIGITAL_SILENCE_MS) return undefined;
  return {
    ...{ type: "dead-air", direction: "incoming", cause: "digital-silence" },
    message: "each sample that it sends is zero: its microphone is muted, or there is none",
  };
}

function clipped(seen: AudioObservation, direction: "incoming" | "outgoing"): AudioProblem | undefined {
  const share = seen.clippedShare[direction];
  if (share === undefined || share < CLIPPED_SHARE) return undefined;
  const whose = direction === "incoming" ? "what it says" : "what is played to it";
  return {
    ...{ type: "clipping", direction, cause: "full-scale" },
    message: `${whose} is too loud: ${(share * 100).toFixed(1)} % of the samples are at full scale`,
  };
}

function textOf({ address, port }: PacketAddress): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
