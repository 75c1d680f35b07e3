import type { AudioCodec } from "../../../sdp/index.ts";
import type { AudioProblem } from "./audio-problems.ts";
import type { QualitySample } from "./quality-sample.ts";
import type { DroppedPackets } from "./packet-counts.ts";

/** Packet counts and quality of one session; docs/call-quality.md says what each means. "Remote": as the far end's RTCP reports have it, undefined
 * where none said so. RFC 3550 §6.4 */
export interface MediaStats {
  /** Set when the worker that counted ended: then the figures say nothing. */
  readonly isUnknown?: true;
  /** In the order in which they were agreed. */
  readonly codecs: readonly AudioCodec["name"][];
  readonly packetsSent: number;
  /** Of these with their headers, before they are encrypted; so are all bytes. */
  readonly bytesSent: number;
  /** Each once. */
  readonly packetsReceived: number;
  /** Of these. */
  readonly bytesReceived: number;
  /** Never received. */
  readonly packetsLost: number;
  /** Received behind a newer one. */
  readonly packetsLate: number;
  readonly packetsDuplicated: number;
  /** Interarrival jitter of all packets, milliseconds: its mean, and its highest. */
  readonly jitterMs: number;
  readonly worstJitterMs: number;
  /** How what the far end says arrives, estimated from loss, jitter and delay: 1 to 4.5; undefined: nothing came. ITU-T G.107 */
  readonly mos: number | undefined;
  /** RTCP. */
  readonly reportsSent: number;
  readonly reportBytesSent: number;
  readonly reportsReceived: number;
  readonly reportBytesReceived: number;
  /** Of these, the ones in which something cannot be. */
  readonly reportsImplausible: number;
  /** Lost of ours on the way to the far end. */
  readonly remotePacketsLost: number | undefined;
  readonly remoteJitterMs: number | undefined;
  /** How what we send arrives there. */
  readonly remoteMos: number | undefined;
  readonly roundTripMs: number | undefined;
  readonly dropped: DroppedPackets;
  /** Longest time since the answer in which neither side made a sound, with both directions open. */
  readonly longestQuietMs: number;
  /** Share of the samples that the far end sent, and of ours, at full scale; undefined: too little sound to tell. */
  readonly clippedShare: number | undefined;
  readonly outgoingClippedShare: number | undefined;
  readonly problems: readonly AudioProblem[];
  /** Latest lateness of a sent packet against its tick, milliseconds, worst of the session. */
  readonly worstSendLatenessMs: number;
  /** Ticks that were skipped because the worker came too late. */
  readonly ticksSkipped: number;
  /** The same over time, the oldest first; of a long session each piece of time is longer. Absent: nothing was agreed, or it was too short. */
  readonly course?: readonly QualitySample[];
  /** From the answer to the first packet of the far end, milliseconds, 0 where one came before; absent: not answered, or none came. */
  readonly heardAfterMs?: number;
  /** From the answer until now; absent: not answered. */
  readonly answeredForMs?: number;
}
