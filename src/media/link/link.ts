import type { NegotiatedAudio } from "../../sdp/index.ts";
import type { PacketAddress, PacketDestination, PacketSocket } from "../io/packet-io.ts";
import type { SessionDropCause } from "./browser-drops.ts";
import type { SourceRule } from "./source-machine.ts";

/** A way for packets that need no look at more than their headers, past the stream that they belong to. Only links that do nothing else to packets
 * have it. */
export interface DirectWay {
  /** Where RTP comes in and leaves: who is first there has the packets. */
  readonly socket: PacketSocket;
  /** The one value that packets of the far end come with; undefined while each has to be asked about, or is encrypted. */
  plainSource(): PacketAddress | undefined;
  /** Where RTP goes; undefined: nowhere, or encrypted. */
  plainDestination(): PacketDestination | undefined;
  /** What was taken first was the far end's, the latest with this number. */
  passed(sequence: number, nowMs: number): void;
}

/** The way of one stream to its far end and back: whose packets come in, and where ours go. What is on the way (a bound pair of ports,
 * encryption, a path that was searched for) is known to nobody else: RTP and RTCP are handed out and taken as they are, in the clear. */
export interface Link {
  /** Our RTP port. */
  readonly port: number;
  readonly direct?: DirectWay;
  /** Takes over what was agreed. Packets are handed out from the first time on.
   * @param signalledFrom address that the description came from; undefined when nobody knows
   * @param rule from where else than its signalled address the far end may be heard; default `named` */
  configure(audio: NegotiatedAudio, signalledFrom: string | undefined, nowMs: number, rule?: SourceRule): void;
  /** Whether an RTP packet that fits what was agreed is the far end's; the link learns from it where that is. Packets that do not fit are not to
   * be asked about. */
  hears(source: PacketAddress, ssrc: number, sequence: number, nowMs: number): boolean;
  /** Whether a report is the far end's. `ssrc`: who reports. */
  hearsReport(source: PacketAddress, ssrc: number): boolean;
  /** The far end's address as it was agreed; undefined: it is none that a far end can have. */
  readonly signalled: PacketAddress | undefined;
  /** Where RTP goes; undefined: nowhere, since it is not known or the call is held. */
  readonly destination: PacketAddress | undefined;
  /** Sends an RTP packet, or nothing while there is no destination. The memory may be reused at once. */
  send(packet: Uint8Array): void;
  /** Sends an RTCP packet in the same way. */
  sendReport(packet: Uint8Array): void;
  /** Nothing is received from here on; resolves when the ports are free. @returns undefined: they are */
  close(): Promise<void> | undefined;
}

/** Who takes what comes in on a link. `packet` and `source` are valid during the call only. */
export interface LinkOwner {
  receiveRtp(packet: Uint8Array, source: PacketAddress): void;
  receiveRtcp(packet: Uint8Array, source: PacketAddress): void;
  /** A packet was not let through: the far end's keys do not open it. */
  dropped(cause: SessionDropCause): void;
}
