import type { MediaCapability } from "../../store/index.ts";
import type { MemberKind } from "../types.ts";
import type { Loudness } from "./volumes.ts";
import type { Bucket, KeptMessage } from "./data-messages.ts";

/** One connection of an attendee: a browser's WebSocket with its audio, or a telephone leg. An attendee has two while one takes over from another. */
export interface Member {
  readonly id: string;
  readonly kind: MemberKind;
  readonly attendeeId: string;
  readonly externalUserId: string;
  /** What a browser's client calls its session, the same over its reconnects. */
  readonly clientSession: string | undefined;
  readonly audio: MediaCapability;
  /** none: it has only signalled; opening: its audio is answered; connected: keys are agreed; flowing: packets come; stopped: none come any more. */
  readonly media: "none" | "opening" | "connected" | "flowing" | "stopped";
  /** Its number in the roster; 0 while it is not present. */
  readonly stream: number;
  /** By itself. */
  readonly isMuted: boolean;
  /** By ModifyChimeMeetingAttendees. */
  readonly isMutedByRoom: boolean;
  /** Its socket is gone without a LEAVE; its place is kept for a while. */
  readonly isLost: boolean;
}

/** A room from the creation of its meeting to its end. */
export type RoomState = OpenRoom | { readonly type: "ended" };

export interface OpenRoom {
  readonly type: "open";
  readonly members: readonly Member[];
  /** The next number of a stream; none is used twice in a meeting. */
  readonly nextStream: number;
  /** How many attendees may be in at one time. */
  readonly mostAttendees: number;
  /** How many data messages may be sent now. */
  readonly bucket: Bucket;
  /** Messages with a lifetime, oldest first. */
  readonly kept: readonly KeptMessage[];
  /** When lost clients were heard of for the last time, by their session: what came later they have not seen. */
  readonly lastHeard: readonly { readonly clientSession: string; readonly atMs: number }[];
  readonly loudness: Loudness;
}

/** What others see of a member's microphone. */
export function isShownMuted(member: Member): boolean {
  return member.isMuted || member.isMutedByRoom;
}

/** What the mixer makes of a member. */
export function mixOf(member: Member): { readonly isHeard: boolean; readonly hears: boolean } {
  const { audio } = member;
  return {
    isHeard: !isShownMuted(member) && (audio === "SendReceive" || audio === "Send"),
    hears: audio === "SendReceive" || audio === "Receive",
  };
}

/** Those whom the others see. */
export function presentMembers({ members }: OpenRoom): readonly Member[] {
  return members.filter(({ stream }) => stream !== 0);
}
