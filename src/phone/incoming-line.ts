import { errorMessage } from "../kernel/index.ts";
import { InboundLeg } from "../endpoint/index.ts";
import type { IncomingCall } from "../sip/index.ts";
import { createLine, openLineMedia, type LineParts } from "./line.ts";
import { assertRefusalStatus } from "./refusal-status.ts";
import type { PhoneCall } from "./types.ts";

/** A call that came in. */
export interface IncomingLine {
  readonly call: PhoneCall;
  isOver(): boolean;
  /** Whether its owner has begun to answer it. */
  isAnswering(): boolean;
  /** Sends 180 and makes ready to answer. */
  ring(): void;
}

/** Takes over an INVITE; its delegate is set when this returns.
 * @param localHost as in `openLineMedia` */
export function createIncomingLine(
  invite: IncomingCall,
  parts: LineParts & { readonly localHost: () => string },
): IncomingLine {
  let isAnswering = false;
  let isAccepted = false;
  const headers = invite.headers.map(({ name, value }) => ({ name, value }));
  const { sipCallId, offer } = invite;
  const { call, leg, rang } = createLine(
    { direction: "incoming", remoteUser: invite.from.user, headers, sipCallId },
    parts,
    (legParts) =>
      new InboundLeg({ ...legParts, call: invite, offer, openMedia: openLineMedia(parts.media, parts.localHost) }),
    (its) => ({
      answer: () => void answer(its),
      reject: (status) => {
        assertRefusalStatus(status);
        if (isAccepted) its.hangUp();
        else its.reject(status);
      },
    }),
  );

  /** Opens the RTP session; without one the call ends. */
  const open = (its: InboundLeg) =>
    its.open().catch((error: unknown) => its.fail({ type: "failed", why: errorMessage(error) }));
  const answer = async (its: InboundLeg) => {
    if (isAnswering || its.isOver) return;
    isAnswering = true;
    await open(its);
    isAccepted = true;
    its.answer();
  };

  return {
    call,
    isOver: () => leg.isOver,
    isAnswering: () => isAnswering,
    ring: () => {
      if (leg.isOver || isAnswering) return;
      leg.ring();
      rang(180);
      void open(leg);
    },
  };
}
