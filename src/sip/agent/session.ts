import type { SipMessage } from "../message/message.ts";
import { printRequest } from "../message/print.ts";
import { sessionBody } from "../message/body.ts";
import type { Dialog } from "../dialog/dialog.ts";
import { contactUri } from "../dialog/dialog.ts";
import { flowForDialog } from "../dialog/next-hop.ts";
import type { ServerTransaction } from "../transaction/server-transaction.ts";
import type { Flow } from "../transport/flow.ts";
import type { CallDelegate, CallEnd } from "../types.ts";
import type { Acceptance } from "./acceptance.ts";
import { guard, type AgentCore } from "./core.ts";
import { makeDialogRequest } from "./dialog-request.ts";
import { handleDialogRequest } from "./session-requests.ts";
import { createSessionTimer, type SessionTimer } from "./session-timer.ts";

/** One dialog of a call with what is going on in it. The requests that come in it are handled in `session-requests.ts`. */
export interface Session {
  readonly core: AgentCore;
  readonly dialog: Dialog;
  readonly timer: SessionTimer;
  /** User part of our Contact. */
  readonly contactUser: string;
  /** The INVITE that is not answered yet; undefined once it is, and for outgoing calls. */
  earlyInvite: ServerTransaction | undefined;
  /** Our session description as last sent; a refresh by re-INVITE repeats it. */
  localSdp: string;
  /** Whether the far end said that it takes UPDATE. */
  peerTakesUpdate: boolean;
  /** A 2xx of ours that waits for its ACK, and whether that ACK brings the answer. */
  unacknowledged: { readonly acceptance: Acceptance; readonly bringsAnswer: boolean } | undefined;
  /** Whether a re-INVITE or UPDATE of ours waits for its answer. */
  hasOwnOffer: boolean;
  delegate(): CallDelegate;
  isEnded(): boolean;
  /** The flow for the next request of ours. */
  flow(): Flow;
  /** Notes a request, and what it says about the far end. */
  noteRequest(request: SipMessage, flow: Flow): void;
  handleRequest(transaction: ServerTransaction): void;
  handleAck(ack: SipMessage): boolean;
  isAckKnown(ack: SipMessage): boolean;
  /** Tells the owner once how the call ended. */
  finish(end: CallEnd): void;
  /** Sends BYE now, or after the ACK that is due (RFC 3261 §15), then leaves. */
  sendBye(): void;
  /** Sends (or sends again) the ACK of a 2xx to an INVITE of ours. */
  acknowledge(response: SipMessage): void;
  /** Takes it out of the registry. */
  leave(): void;
}

/** What a session is made of. */
export interface SessionOptions {
  readonly core: AgentCore;
  readonly dialog: Dialog;
  readonly flow: Flow;
  /** The far end sits behind a NAT: requests go back on the flow. */
  readonly staysOnFlow: boolean;
  readonly contactUser: string;
  readonly delegate: () => CallDelegate;
  /** Called once, when nothing more is to be done. */
  readonly onLeave: () => void;
}

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
    ack: undefined as { readonly seq: number; readonly bytes: Buffer; readonly flow: Flow } | undefined,
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
      const flow = session.flow();
      const request = makeDialogRequest(core, dialog, flow, "ACK", { seq });
      const ack = isRepeated && state.ack !== undefined ? state.ack : { seq, bytes: printRequest(request), flow };
      state.ack = ack;
      core.trace?.({
        direction: "sent",
        peer: ack.flow.peer,
        sipCallId: dialog.sipCallId,
        startLine: `ACK ${request.requestUri}`,
        method: "ACK",
        isRetransmission: isRepeated,
      });
      ack.flow.send(ack.bytes, () => undefined);
    },
    leave,
  };
  return session;
}

/** Notes the new remote target and whether UPDATE may be sent. RFC 3261 §12.2.1.2, RFC 3311 §5.1 */
export function noteCapabilities(session: Session, message: SipMessage): void {
  const { method } = message;
  if (method !== "INVITE" && method !== "UPDATE") return;
  session.dialog.remoteTarget = contactUri(message) ?? session.dialog.remoteTarget;
  if (message.first("allow") !== undefined) session.peerTakesUpdate = message.lists("allow", "update");
}
