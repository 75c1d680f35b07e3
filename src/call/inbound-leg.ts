import type { MediaSession } from "../media/index.ts";
import type { IncomingCall } from "../sip/index.ts";
import { createLegCore, type LegHandle, type LegParts } from "./leg.ts";

/** A leg that a caller made. */
export interface InboundLeg extends LegHandle {
  /** Sends 200; `answered` is told when media can flow. */
  answer(): void;
  /** Refuses it while it is unanswered. */
  reject(status: number): void;
}

/** Takes over an INVITE: the caller has heard 100, its RTP session is opened by `openSession` before the leg is made, so that
 * the answer does not wait for it. Rejects as `Media.openSession` does. */
export async function createInboundLeg(
  parts: LegParts & {
    readonly call: IncomingCall;
    readonly openSession: (delegate: ReturnType<typeof createLegCore>["mediaEvents"]) => Promise<MediaSession>;
    /** Address for SDP; undefined: the one that the session is bound to. */
    readonly mediaAddress: string | undefined;
  },
): Promise<InboundLeg> {
  const { call, sessionDescriptions } = parts;
  const core = createLegCore(parts);
  call.delegate = core.sipEvents;
  const session = await parts.openSession(core.mediaEvents);
  core.attachMedia(session, parts.mediaAddress ?? session.localAddress);
  if (core.isOver()) core.close();
  else core.attachCall(call);

  return {
    hangUp: core.hangUp,
    play: core.play,
    stopPlayback: core.stopPlayback,
    answer: () => {
      if (core.isOver()) return;
      if (call.offer === undefined) {
        call.answer(core.offerForAck());
        return;
      }
      const answer = sessionDescriptions.answerOffer(call.offer, core.describe());
      if (answer.type !== "agreed") {
        core.fail({ type: "no-common-codec" });
        return;
      }
      call.answer(answer.answer);
      session.start(answer.audio);
      core.up();
    },
    reject: (status) => {
      if (core.isOver()) return;
      core.close();
      call.reject(status);
    },
  };
}
