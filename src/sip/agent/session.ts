import type { SipMessage } from "../../sip-syntax/index.ts";
import { contactUri, type Dialog } from "../dialog/dialog.ts";
import type { SessionInterval } from "../dialog/session-interval.ts";
import type { ServerTransaction } from "../transaction/server-transaction.ts";
import type { Flow } from "../transport/flow.ts";
import type { CallDelegate, CallEnd, SipReason } from "../types.ts";
import type { Acceptance } from "./acceptance.ts";
import type { AgentCore } from "./core.ts";

/** Keeps a session alive, or ends it when the far end does not. RFC 4028 */
export interface SessionTimer {
  /** A new agreement; undefined: no session timer any more. */
  restart(interval: SessionInterval | undefined): void;
  stop(): void;
}

/** One dialog of a call and its pending requests. Incoming requests are handled in `session-requests.ts`. */
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
  /** Records a request and what it says about the far end. */
  noteRequest(request: SipMessage, flow: Flow): void;
  handleRequest(transaction: ServerTransaction): void;
  handleAck(ack: SipMessage): boolean;
  isAckKnown(ack: SipMessage): boolean;
  /** Tells the owner once how the call ended. */
  finish(end: CallEnd): void;
  /** Sends BYE now, or after the ACK that is due (RFC 3261 §15), then leaves. `reason`: of an end that is not a usual one. */
  sendBye(reason?: SipReason): void;
  /** Sends (or sends again) the ACK of a 2xx to an INVITE of ours. */
  acknowledge(response: SipMessage): void;
  /** Takes it out of the registry. */
  leave(): void;
}

/** What a session is made from. */
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

/** Notes the new remote target and whether UPDATE may be sent. RFC 3261 §12.2.1.2, RFC 3311 §5.1 */
export function noteCapabilities(session: Session, message: SipMessage): void {
  const { method } = message;
  if (method !== "INVITE" && method !== "UPDATE") return;
  session.dialog.remoteTarget = contactUri(message) ?? session.dialog.remoteTarget;
  if (message.first("allow") !== undefined) session.peerTakesUpdate = message.lists("allow", "update");
}
