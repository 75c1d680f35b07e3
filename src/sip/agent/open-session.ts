import { sessionBody, type SipMessage, printRequest } from "../../sip-syntax/index.ts";
import type { Dialog } from "../dialog/dialog.ts";
import { flowForDialog } from "../dialog/next-hop.ts";
import type { ServerTransaction } from "../transaction/server-transaction.ts";
import type { Flow } from "../transport/flow.ts";
import type { CallDelegate, CallEnd, SipReason } from "../types.ts";
import { guard, type AgentCore } from "./core.ts";
import { reasonHeaders } from "./reason.ts";
import { makeDialogRequest } from "./dialog-request.ts";
import { handleDialogRequest } from "./session-requests.ts";
import { createSessionTimer } from "./session-timer.ts";
import { noteCapabilities, type Session, type SessionOptions, type SessionTimer } from "./session.ts";

/** Makes the session of a new dialog. */
export function createSession(options: SessionOptions): Session {
  return new OpenSession(options);
}

/** One dialog of a call; see `Session` for its methods. */
class OpenSession implements Session {
  readonly core: AgentCore;
  readonly dialog: Dialog;
  readonly timer: SessionTimer;
  readonly contactUser: string;
  earlyInvite: ServerTransaction | undefined;
  localSdp = "";
  peerTakesUpdate = false;
  unacknowledged: Session["unacknowledged"];
  hasOwnOffer = false;
  readonly #options: SessionOptions;
  #lastFlow: Flow;
  /** Releases the connection of the last message, which was kept open for the call. */
  #unhold: () => void;
  #isEnded = false;
  #isGone = false;
  #wantsBye = false;
  #byeReason: SipReason | undefined;
  #byeSent = false;
  #acknowledgedSeq = -1;
  #ack: ReadyAck | undefined;

  constructor(options: SessionOptions) {
    this.core = options.core;
    this.dialog = options.dialog;
    this.contactUser = options.contactUser;
    this.timer = createSessionTimer(() => this);
    this.#options = options;
    this.#lastFlow = options.flow;
    this.#unhold = options.flow.watch(() => undefined);
  }

  delegate(): CallDelegate {
    return this.#options.delegate();
  }

  isEnded(): boolean {
    return this.#isEnded;
  }

  flow(): Flow {
    return flowForDialog(this.dialog, this.#lastFlow, this.#options.staysOnFlow, this.core.transport);
  }

  noteRequest(request: SipMessage, flow: Flow): void {
    if (flow !== this.#lastFlow && !this.#isGone) {
      this.#unhold();
      this.#lastFlow = flow;
      this.#unhold = flow.watch(() => undefined);
    }
    noteCapabilities(this, request);
  }

  handleRequest(transaction: ServerTransaction): void {
    handleDialogRequest(this, transaction);
  }

  handleAck(ack: SipMessage): boolean {
    const pending = this.unacknowledged;
    const seq = ack.cseq?.number ?? -1;
    if (pending === undefined || seq !== pending.acceptance.seq) return seq === this.#acknowledgedSeq;
    const isFirst = this.#acknowledgedSeq < 0;
    pending.acceptance.stop();
    this.unacknowledged = undefined;
    this.#acknowledgedSeq = seq;
    if (!this.#isEnded && (isFirst || pending.bringsAnswer)) this.#tellAcknowledged(ack);
    if (this.#wantsBye) this.sendBye(this.#byeReason);
    return true;
  }

  isAckKnown(ack: SipMessage): boolean {
    return this.unacknowledged === undefined && ack.cseq?.number === this.#acknowledgedSeq;
  }

  finish(end: CallEnd): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.timer.stop();
    guard(this.core, "onEnded", () => this.delegate().onEnded(end));
  }

  sendBye(reason?: SipReason): void {
    if (this.#byeSent || this.#isGone) return;
    if (this.unacknowledged !== undefined) {
      this.#wantsBye = true;
      this.#byeReason = reason;
      return;
    }
    this.#byeSent = true;
    this.timer.stop();
    const flow = this.flow();
    this.core.transactions.send(
      makeDialogRequest(this.core, this.dialog, flow, "BYE", { headers: reasonHeaders(reason) }),
      flow,
      {
        onResponse: (response) => (response.status >= 200 ? this.leave() : undefined),
        onFailed: () => this.leave(),
      },
    );
  }

  acknowledge(response: SipMessage): void {
    const seq = response.cseq?.number ?? 0;
    const isRepeated = this.#ack?.seq === seq;
    const ack = isRepeated && this.#ack !== undefined ? this.#ack : makeAck(this, seq);
    this.#ack = ack;
    this.core.trace?.({
      direction: "sent",
      peer: ack.flow.peer,
      sipCallId: this.dialog.sipCallId,
      startLine: ack.startLine,
      method: "ACK",
      isRetransmission: isRepeated,
    });
    ack.flow.send(Buffer.from(ack.text), () => undefined);
  }

  leave(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.timer.stop();
    this.unacknowledged?.acceptance.stop();
    this.#unhold();
    this.#options.onLeave();
  }

  #tellAcknowledged(ack: SipMessage): void {
    const body = sessionBody(ack);
    const sdp = body.type === "sdp" ? body.sdp : undefined;
    guard(this.core, "onAcknowledged", () => this.delegate().onAcknowledged?.({ sdp }));
  }
}

/** The ACK of a 2xx, kept so that it can be sent again as it was. */
interface ReadyAck {
  readonly seq: number;
  readonly startLine: string;
  readonly text: string;
  readonly flow: Flow;
}

function makeAck(session: Session, seq: number): ReadyAck {
  const flow = session.flow();
  const request = makeDialogRequest(session.core, session.dialog, flow, "ACK", { seq });
  return { seq, startLine: `ACK ${request.requestUri}`, text: printRequest(request), flow };
}
