import { sessionBody } from "../message/body.ts";
import type { SipMessage } from "../message/message.ts";
import { printRequest } from "../message/print.ts";
import { flowForDialog } from "../dialog/next-hop.ts";
import type { Flow } from "../transport/flow.ts";
import { guard } from "./core.ts";
import { makeDialogRequest } from "./dialog-request.ts";
import { handleDialogRequest } from "./session-requests.ts";
import { createSessionTimer } from "./session-timer.ts";
import { noteCapabilities, type Session, type SessionOptions } from "./session.ts";

/** Makes the session of a new dialog. */
export function createSession(options: SessionOptions): Session {
  const { core, dialog } = options;
  const state = {
    isEnded: false,
    isGone: false,
    wantsBye: false,
    byeSent: false,
    lastFlow: options.flow,
    unhold: options.flow.watch(() => undefined),
    acknowledgedSeq: -1,
    ack: undefined as ReadyAck | undefined,
  };
  const leave = () => {
    if (state.isGone) return;
    state.isGone = true;
    session.timer.stop();
    session.unacknowledged?.acceptance.stop();
    state.unhold();
    options.onLeave();
  };
  const sendBye = () => {
    if (state.byeSent || state.isGone) return;
    if (session.unacknowledged !== undefined) {
      state.wantsBye = true;
      return;
    }
    state.byeSent = true;
    session.timer.stop();
    const flow = session.flow();
    core.transactions.send(makeDialogRequest(core, dialog, flow, "BYE"), flow, {
      onResponse: (response) => (response.status >= 200 ? leave() : undefined),
      onFailed: leave,
    });
  };
  const takeAck = (ack: SipMessage): boolean => {
    const pending = session.unacknowledged;
    const seq = ack.cseq?.number ?? -1;
    if (pending === undefined || seq !== pending.acceptance.seq) return seq === state.acknowledgedSeq;
    const isFirst = state.acknowledgedSeq < 0;
    pending.acceptance.stop();
    session.unacknowledged = undefined;
    state.acknowledgedSeq = seq;
    const body = sessionBody(ack);
    if (!state.isEnded && (isFirst || pending.bringsAnswer)) {
      const sdp = body.type === "sdp" ? body.sdp : undefined;
      guard(core, "onAcknowledged", () => options.delegate().onAcknowledged?.({ sdp }));
    }
    if (state.wantsBye) sendBye();
    return true;
  };

  const session: Session = {
    core,
    dialog,
    timer: createSessionTimer(() => session),
    contactUser: options.contactUser,
    earlyInvite: undefined,
    localSdp: "",
    peerTakesUpdate: false,
    unacknowledged: undefined,
    hasOwnOffer: false,
    delegate: options.delegate,
    isEnded: () => state.isEnded,
    flow: () => flowForDialog(dialog, state.lastFlow, options.staysOnFlow, core.transport),
    noteRequest(request, flow) {
      if (flow !== state.lastFlow && !state.isGone) {
        state.unhold();
        state.lastFlow = flow;
        state.unhold = flow.watch(() => undefined);
      }
      noteCapabilities(session, request);
    },
    handleRequest: (transaction) => handleDialogRequest(session, transaction),
    handleAck: takeAck,
    isAckKnown: (ack) => session.unacknowledged === undefined && ack.cseq?.number === state.acknowledgedSeq,
    finish(end) {
      if (state.isEnded) return;
      state.isEnded = true;
      session.timer.stop();
      guard(core, "onEnded", () => options.delegate().onEnded(end));
    },
    sendBye,
    acknowledge(response) {
      const seq = response.cseq?.number ?? 0;
      const isRepeated = state.ack?.seq === seq;
      const ack = isRepeated && state.ack !== undefined ? state.ack : makeAck(session, seq);
      state.ack = ack;
      core.trace?.({
        direction: "sent",
        peer: ack.flow.peer,
        sipCallId: dialog.sipCallId,
        startLine: ack.startLine,
        method: "ACK",
        isRetransmission: isRepeated,
      });
      ack.flow.send(ack.bytes, () => undefined);
    },
    leave,
  };
  return session;
}

/** The ACK of a 2xx, kept so that it can be sent again as it was. */
interface ReadyAck {
  readonly seq: number;
  readonly startLine: string;
  readonly bytes: Buffer;
  readonly flow: Flow;
}

function makeAck(session: Session, seq: number): ReadyAck {
  const flow = session.flow();
  const request = makeDialogRequest(session.core, session.dialog, flow, "ACK", { seq });
  return { seq, startLine: `ACK ${request.requestUri}`, bytes: printRequest(request), flow };
}
