import type { DataMessage } from "../frames/messages.ts";
import type { ServerFrame } from "../frames/server-frame.ts";
import type { MediaCapability } from "../../store/index.ts";
import type { MeetingEndReason, MemberEnd, MemberHappening } from "../types.ts";
import type { IncomingMessage } from "./data-messages.ts";
import type { RosterEntry } from "./roster.ts";

/** Who joins. */
export interface Joining {
  readonly member: string;
  readonly attendeeId: string;
  readonly externalUserId: string;
  readonly audio: MediaCapability;
}

/** A timer of the room, or of one of its members. */
export type RoomTimer =
  /** Nobody took part in the audio for five minutes. */
  | { readonly name: "nobody-there" }
  /** 24 hours are over. */
  | { readonly name: "too-old" }
  /** The audio of a browser was answered, and its keys did not come. */
  | { readonly name: "no-keys"; readonly member: string }
  /** Keys are there; a packet is not waited for any longer. */
  | { readonly name: "presence"; readonly member: string }
  /** A socket was lost, and its client did not come back. */
  | { readonly name: "grace"; readonly member: string };

/** What happens to a room. Times are of the monotonic clock. */
export type RoomInput =
  | ({ readonly type: "browser-joined"; readonly clientSession: string; readonly atMs: number } & Joining)
  | ({ readonly type: "telephone-joined" } & Joining)
  /** A browser's offer was answered. */
  | { readonly type: "media-opened"; readonly member: string; readonly isMuted: boolean }
  | { readonly type: "media-connected"; readonly member: string }
  | { readonly type: "media-flows"; readonly member: string }
  /** No packet has come for a while. */
  | { readonly type: "media-lost"; readonly member: string }
  /** Its session, or the path to it, is gone for good; `heardAtMs`: when something came over its socket for the last time. */
  | { readonly type: "media-ended"; readonly member: string; readonly heardAtMs: number }
  | { readonly type: "muted"; readonly member: string; readonly isMuted: boolean }
  /** ModifyChimeMeetingAttendees: telephones only. */
  | { readonly type: "room-muted"; readonly attendeeIds: readonly string[]; readonly isMuted: boolean }
  | { readonly type: "capability-changed"; readonly attendeeId: string; readonly audio: MediaCapability }
  | {
      readonly type: "messages";
      readonly member: string;
      readonly messages: readonly IncomingMessage[];
      readonly atMs: number;
      /** Epoch nanoseconds. */
      readonly atNs: bigint;
    }
  /** Who speaks, in dB below full scale, 0 to 127; empty: nobody. Every 200 ms while anybody does, and for some seconds after. */
  | { readonly type: "levels"; readonly levels: readonly { readonly member: string; readonly volume: number }[] }
  /** On purpose: LEAVE, a page that was closed, a leg that ended. */
  | { readonly type: "left"; readonly member: string }
  /** A socket is gone; `heardAtMs`: when something came over it for the last time. */
  | { readonly type: "lost"; readonly member: string; readonly heardAtMs: number }
  | { readonly type: "attendee-deleted"; readonly attendeeId: string }
  | { readonly type: "meeting-ended" }
  | { readonly type: "timer"; readonly timer: RoomTimer };

/** Something that a client can cause as often as it likes, and that everybody hears of. */
export type Tiding =
  | { readonly type: "microphone"; readonly entry: RosterEntry; readonly note: NoteEffect }
  /** `from`: the member, which does not hear of it. */
  | { readonly type: "message"; readonly message: DataMessage; readonly from: string };

/** What is told outside. */
export type NoteEffect = { readonly do: "note"; readonly member: string } & Pick<
  MemberHappening,
  "what" | "by" | "why"
>;

export type RoomEffect =
  | { readonly do: "send"; readonly to: string; readonly frame: ServerFrame }
  | { readonly do: "send-all"; readonly frame: ServerFrame }
  /** Everybody hears of it, soon. */
  | { readonly do: "tell"; readonly tidings: readonly Tiding[] }
  /** Its audio joins the mix, or takes part in another way from now on. */
  | { readonly do: "mix"; readonly member: string; readonly isHeard: boolean; readonly hears: boolean }
  | { readonly do: "unmix"; readonly member: string }
  | NoteEffect
  /** It is told that it is out, and why; its place is kept for the time of grace. */
  | { readonly do: "let-go"; readonly member: string; readonly why: MemberEnd }
  /** The room knows it no longer; it is told why. undefined: it left. */
  | { readonly do: "forget"; readonly member: string; readonly why: MemberEnd | undefined }
  | { readonly do: "end-meeting"; readonly reason: MeetingEndReason }
  | { readonly do: "start-timer"; readonly timer: RoomTimer; readonly delayMs: number }
  | { readonly do: "stop-timer"; readonly timer: RoomTimer }
  | { readonly do: "ignore"; readonly why: string };

export type Transition<State> = readonly [state: State, effects: readonly RoomEffect[]];
