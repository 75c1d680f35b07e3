import { errorMessage, type Logger } from "../../kernel/index.ts";
import { explainEnd, InboundLeg, type EndpointEnd, type InboundLegParts } from "../../endpoint/index.ts";
import type { MeetingDoor, MeetingMembership } from "../../meetings/index.ts";

/** Why the caller is not let in. */
export interface NotLetIn {
  /** Something failed here; else the token, or the meeting, lets nobody in. */
  readonly isOurs: boolean;
  readonly why: string;
}

/** What a call to the number of meetings is made with. */
export interface MeetingCallParts {
  readonly door: MeetingDoor;
  readonly invitation: { readonly token: string; readonly meetingId: string | undefined };
  readonly leg: Omit<InboundLegParts, "events">;
  readonly log: Logger;
  /** Told once, when it is over and holds nothing any more. */
  readonly onOver: () => void;
}

/** A telephone that called the number of meetings: it takes part, without an application. Contract: sip-and-media-meeting-number */
export class MeetingCall {
  readonly #parts: MeetingCallParts;
  readonly #leg: InboundLeg;
  #membership: MeetingMembership | undefined;
  /** Why it was put out of the meeting. */
  #removed: string | undefined;

  constructor(parts: MeetingCallParts) {
    this.#parts = parts;
    this.#leg = new InboundLeg({
      ...parts.leg,
      events: { answered: () => undefined, ended: (end) => this.#end(end) },
    });
  }

  /** Opens the RTP session, joins the meeting and answers; else refuses nothing yet, and gives why. undefined: the caller is in, or has given up.
   * Rejects as `OpenMedia`. */
  async enter(): Promise<NotLetIn | undefined> {
    await this.#leg.open();
    const { session } = this.#leg;
    if (this.#leg.isOver || session === undefined) return undefined;
    const { door, invitation } = this.#parts;
    const delegate = { onRemoved: (why: string) => this.#remove(why) };
    const outcome = await door
      .join({ ...invitation, session }, delegate)
      .catch((error: unknown) => ({ type: "refused", cause: "failed", why: errorMessage(error) }) as const);
    if (outcome.type === "refused") {
      return this.#leg.isOver ? undefined : { isOurs: outcome.cause === "failed", why: outcome.why };
    }
    if (this.#leg.isOver) {
      outcome.leave();
      return undefined;
    }
    if (this.#removed !== undefined) return { isOurs: false, why: this.#removed };
    this.#membership = outcome;
    const { meetingId, attendeeId } = outcome;
    this.#parts.log.info({ meetingId, attendeeId }, "a telephone joined a meeting by its number");
    try {
      this.#leg.answer();
    } catch (error) {
      this.#leg.fail({ type: "failed", why: errorMessage(error) });
    }
    return undefined;
  }

  /** Takes the telephone out of the meeting and ends its call. */
  hangUp(): void {
    this.#leg.hangUp();
  }

  #remove(why: string): void {
    this.#removed = why;
    if (this.#membership === undefined) return;
    this.#membership = undefined;
    this.#leg.hangUp();
  }

  #end(end: EndpointEnd): void {
    const { log, onOver } = this.#parts;
    const cause = this.#removed ?? (end.type === "local" ? "the server stops" : explainEnd(end));
    if (this.#membership !== undefined || this.#removed !== undefined)
      log.info({ cause }, "the telephone left the meeting");
    this.#membership?.leave();
    void this.#leg.whenReleased().then(onOver);
  }
}
