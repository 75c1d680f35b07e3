import {
  readSubscriber,
  type SipMessage,
  parseNameAddr,
  parseSipUri,
  type SipUri,
  type SipHeader,
} from "../../sip-syntax/index.ts";
import { newTag } from "../random.ts";
import { dialogOfRequest } from "../dialog/dialog.ts";
import { isBehindNat } from "../dialog/next-hop.ts";
import { agreeAsServer } from "../dialog/session-interval.ts";
import type { ServerTransaction } from "../transaction/server-transaction.ts";
import type { CallDelegate, CallEnd, IncomingCall, RejectOptions, SipAddress, SipReason } from "../types.ts";
import { sendUntilAcknowledged } from "./acceptance.ts";
import { assertHeaders, assertLine, assertRefusal } from "./assertions.ts";
import {
  allowedMethods,
  capabilityLines,
  contactValue,
  makeResponse,
  recordRouteLines,
  respond,
  warningLine,
  type AgentCore,
} from "./core.ts";
import { createSession } from "./open-session.ts";
import { headerLines, refuse, refuseForOwner } from "./refuse.ts";
import type { DialogOwner } from "./registry.ts";
import type { Session } from "./session.ts";
import { endUnacknowledged } from "./session-requests.ts";

/** An incoming call with the handles that the agent needs. */
export interface OpenIncomingCall {
  readonly call: IncomingCall;
  readonly localTag: string;
  /** The CANCEL of its INVITE came. */
  cancel(): void;
}

/** The delegate of a call whose owner set none: it ignores everything. */
const silentDelegate: CallDelegate = { onEnded: () => undefined };

/** Makes the call of a new INVITE and puts its dialog into the registry. RFC 3261 §13.3 */
export function createIncomingCall(
  core: AgentCore,
  transaction: ServerTransaction,
  offer: string | undefined,
): OpenIncomingCall {
  const localTag = newTag();
  const call = new UasCall(core, transaction, offer, localTag);
  core.registry.add(call.sipCallId, localTag, call);
  return { call, localTag, cancel: () => call.cancel() };
}

/** One INVITE that came in, with its dialog. */
class UasCall implements IncomingCall, DialogOwner {
  readonly sipCallId: string;
  readonly requestUri: SipUri;
  readonly to: SipUri;
  readonly from: SipUri;
  readonly assertedIdentity: SipUri | undefined;
  readonly headers: readonly SipHeader[];
  readonly offer: string | undefined;
  readonly source: SipAddress;
  readonly bound: string;
  delegate = silentDelegate;
  readonly #core: AgentCore;
  readonly #transaction: ServerTransaction;
  readonly #session: Session;

  constructor(core: AgentCore, transaction: ServerTransaction, offer: string | undefined, localTag: string) {
    const { request, flow } = transaction;
    this.sipCallId = request.callId;
    this.requestUri = toUri(request.requestUri);
    this.to = toUri(request.to?.uri ?? "");
    this.from = toUri(request.from?.uri ?? "");
    this.assertedIdentity = assertedIdentity(request);
    this.headers = request.fields.map(({ name, value }) => ({ name, value }));
    this.offer = offer;
    this.source = flow.peer;
    this.bound = flow.bound;
    this.#core = core;
    this.#transaction = transaction;
    this.#session = createSession({
      core,
      dialog: dialogOfRequest(request, localTag),
      flow,
      staysOnFlow: core.isSymmetric(flow.peer) ?? isBehindNat(request, flow),
      contactUser: this.requestUri.user,
      delegate: () => this.delegate,
      onLeave: () => core.registry.remove(request.callId, localTag),
    });
    this.#session.noteRequest(request, flow);
    this.#session.earlyInvite = transaction;
    transaction.onFailed = () => this.#fail();
  }

  ring(): void {
    this.#respondEarly(180);
  }

  progress(sdp: string): void {
    this.#respondEarly(183, sdp);
  }

  answer(sdp: string): void {
    if (this.#isOpen()) accept(this.#session, this.#transaction, sdp, this.offer === undefined);
  }

  reject(status: number, options: RejectOptions = {}): void {
    assertRefusal(status);
    assertHeaders(options.headers ?? []);
    if (options.reason !== undefined) assertLine("reason", options.reason);
    if (!this.#isOpen()) return;
    const lines = `${warningLine(this.#transaction.flow, options.warning)}${headerLines(options.headers)}`;
    const { reason, cause, why = "the owner of the call refused it", error } = options;
    const parts = { status, reason, cause, why, lines, toTag: this.#session.dialog.localTag, error };
    this.#leaveUnanswered({ type: "local" }, () => refuseForOwner(this.#core, this.#transaction, parts));
  }

  hangUp(reason?: SipReason): void {
    if (this.#session.isEnded()) return;
    if (this.#isOpen()) return this.reject(480);
    this.#session.finish({ type: "local" });
    this.#session.sendBye(reason);
  }

  /** The CANCEL of the INVITE came. RFC 3261 §9.2 */
  cancel(): void {
    if (!this.#isOpen()) return;
    const parts = { cause: "cancelled", why: "the caller gave up", toTag: this.#session.dialog.localTag } as const;
    this.#leaveUnanswered({ type: "cancelled" }, () => refuse(this.#core, this.#transaction, parts));
  }

  handleRequest(transaction: ServerTransaction): boolean {
    if (transaction.request.fromTag !== this.#session.dialog.remoteTag) return false;
    this.#session.handleRequest(transaction);
    return true;
  }

  handleAck(ack: SipMessage): boolean {
    return ack.fromTag === this.#session.dialog.remoteTag && this.#session.handleAck(ack);
  }

  isAckKnown(ack: SipMessage): boolean {
    return this.#session.isAckKnown(ack);
  }

  /** Whether the INVITE waits for its final response. */
  #isOpen(): boolean {
    return this.#session.earlyInvite !== undefined;
  }

  #respondEarly(status: 180 | 183, body = ""): void {
    if (!this.#isOpen()) return;
    const lines = `${dialogLines(this.#session, this.#transaction)}Allow: ${allowedMethods}\r\n`;
    respond(this.#core, this.#transaction, { status, toTag: this.#session.dialog.localTag, lines, body });
  }

  #leaveUnanswered(end: CallEnd, sendRefusal: () => void) {
    this.#session.earlyInvite = undefined;
    sendRefusal();
    this.#session.finish(end);
    this.#session.leave();
  }

  /** Called when no response can be sent any more. */
  #fail(): void {
    if (!this.#isOpen()) return;
    this.#session.earlyInvite = undefined;
    this.#session.finish({ type: "transport", message: "the response could not be sent" });
    this.#session.leave();
  }
}

/** The lines of a response that makes the dialog. RFC 3261 §12.1.1 */
function dialogLines(session: Session, transaction: ServerTransaction): string {
  const contact = contactValue(transaction.flow, session.contactUser);
  return `${recordRouteLines(transaction.request)}Contact: ${contact}\r\n`;
}

function accept(session: Session, transaction: ServerTransaction, sdp: string, bringsAnswer: boolean): void {
  const { core, dialog } = session;
  const agreed = agreeAsServer(transaction.request);
  const timerLines = agreed.type === "agreed" ? agreed.lines : "";
  const lines = `${dialogLines(session, transaction)}${capabilityLines}${timerLines}`;
  const response = makeResponse(core, transaction.request, { status: 200, toTag: dialog.localTag, lines, body: sdp });
  session.earlyInvite = undefined;
  session.localSdp = sdp;
  const acceptance = sendUntilAcknowledged(core, transaction, response, () => endUnacknowledged(session));
  session.unacknowledged = { acceptance, bringsAnswer };
  session.timer.restart(agreed.type === "agreed" ? agreed.interval : undefined);
}

/** Values of Privacy by which the identity of the caller is not shown. */
const privateWishes = new Set(["id", "user", "critical"]);
const mostWishes = 16;

const mostIdentities = 4;

/** The first identity that is asserted and has a telephone number, else the first, unless the caller asked that it is not shown.
 * RFC 3325 §7, §9.1, RFC 3323 §4.2 */
function assertedIdentity(invite: SipMessage): SipUri | undefined {
  const wishes = (invite.first("privacy") ?? "").toLowerCase().split(";", mostWishes);
  if (wishes.some((wish) => privateWishes.has(wish.trim()))) return undefined;
  const identities = invite
    .list("p-asserted-identity")
    .slice(0, mostIdentities)
    .flatMap((value) => parseSipUri(parseNameAddr(value)?.uri ?? "") ?? []);
  return identities.find(({ user }) => readSubscriber(user) !== undefined) ?? identities[0];
}

/** A URI of a message that was accepted; one of another scheme (in To or From) is shown as it is. */
export function toUri(text: string): SipUri {
  return parseSipUri(text) ?? { scheme: "sip", user: "", host: "", port: undefined, text };
}
