import type { IncomingCall } from "../sip/index.ts";
import { createLine, type LineParts } from "./line.ts";
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

/** Takes over an INVITE; its delegate is set when this returns. */
export function createIncomingLine(invite: IncomingCall, parts: Omit<LineParts, "signalledFrom">): IncomingLine {
  let isAnswering = false;
  let isAccepted = false;
  const headers = invite.headers.map(({ name, value }) => ({ name, value }));
  const facts = { direction: "incoming", remoteUser: invite.from.user, headers } as const;
  const line = createLine(
    facts,
    { ...parts, signalledFrom: () => invite.source.host },
    {
      answer: () => void answer(),
      reject: (status) => {
        assertRefusalStatus(status);
        if (line.isOver()) return;
        if (isAccepted) invite.hangUp();
        else invite.reject(status);
      },
    },
  );
  invite.delegate = line.delegate;
  line.attachDialog(invite);

  const accept = () => {
    if (invite.offer === undefined) {
      invite.answer(line.audio.offer());
      return;
    }
    const answer = line.audio.answer(invite.offer);
    if (answer.type === "refused") {
      line.giveUp(answer.why, () => invite.reject(488));
      return;
    }
    invite.answer(answer.sdp);
    answer.start();
    line.up();
  };

  const answer = async () => {
    if (isAnswering || line.isOver()) return;
    isAnswering = true;
    if (!(await line.openAudio())) return;
    isAccepted = true;
    accept();
  };

  return {
    call: line.call,
    isOver: line.isOver,
    isAnswering: () => isAnswering,
    ring: () => {
      if (line.isOver() || isAnswering) return;
      invite.ring();
      line.rang(180);
      void line.openAudio();
    },
  };
}
