import { newTag } from "../message/random.ts";
import { parseSipUri } from "../message/uri.ts";
import { dialogOfRequest } from "../dialog/dialog.ts";
import { isBehindNat } from "../dialog/next-hop.ts";
import { agreeAsServer } from "../dialog/session-timer.ts";
import type { ServerTransaction } from "../transaction/server-transaction.ts";
import type { CallDelegate, IncomingCall, SipUri } from "../types.ts";
import { sendUntilAcknowledged } from "./acceptance.ts";
import { assertHeaders, assertLine, assertRefusal } from "./checks.ts";
import {
  allowedMethods,
  capabilityLines,
  contactValue,
  makeResponse,
  recordRouteLines,
  respond,
  type AgentCore,
} from "./core.ts";
import { createSession } from "./open-session.ts";
import type { Session } from "./session.ts";
import { endUnacknowledged } from "./session-requests.ts";

/** An incoming call with what the agent needs of it. */
export interface OpenIncomingCall {
  readonly call: IncomingCall;
  readonly localTag: string;
  /** The CANCEL of its INVITE came. */
  cancel(): void;
}

/** Where the INVITE of a call without a delegate ends: nobody is told. */
const silentDelegate: CallDelegate = { onEnded: () => undefined };

/** Makes the call of a new INVITE and puts its dialog into the registry. RFC 3261 §13.3 */
export function createIncomingCall(
  core: AgentCore,
  transaction: ServerTransaction,
  offer: string | undefined,
): OpenIncomingCall {
  const { request, flow } = transaction;
  const localTag = newTag();
  const requestUri = toUri(request.requestUri);
  const session = createSession({
    core,
    dialog: dialogOfRequest(request, localTag),
    flow,
    staysOnFlow: isBehindNat(request, flow),
    contactUser: requestUri.user,
    delegate: () => call.delegate,
    onLeave: () => core.registry.remove(request.callId, localTag),
  });
  session.noteRequest(request, flow);
  session.earlyInvite = transaction;
  transaction.onFailed = () => {
    if (session.earlyInvite === undefined) return;
    session.earlyInvite = undefined;
    session.finish({ type: "transport", message: "the response could not be sent" });
    session.leave();
  };
  const refuse = (status: number, reason?: string, lines?: string) => {
    session.earlyInvite = undefined;
    respond(core, transaction, { status, reason, toTag: localTag, lines: lines ?? "" });
  };
  const call: IncomingCall = {
    sipCallId: request.callId,
    requestUri,
    to: toUri(request.to?.uri ?? ""),
    from: toUri(request.from?.uri ?? ""),
    headers: request.fields,
    offer,
    source: flow.peer,
    delegate: silentDelegate,
    ring() {
      if (session.earlyInvite === undefined) return;
      const lines = `${dialogLines(session, transaction)}Allow: ${allowedMethods}\r\n`;
      respond(core, transaction, { status: 180, toTag: localTag, lines });
    },
    progress(sdp) {
      if (session.earlyInvite === undefined) return;
      const lines = `${dialogLines(session, transaction)}Allow: ${allowedMethods}\r\n`;
      respond(core, transaction, { status: 183, toTag: localTag, lines, body: sdp });
    },
    answer(sdp) {
      if (session.earlyInvite !== undefined) accept(session, transaction, sdp, offer === undefined);
    },
    reject(status, options = {}) {
      assertRefusal(status);
      assertHeaders(options.headers ?? []);
      if (options.reason !== undefined) assertLine("reason", options.reason);
      if (session.earlyInvite === undefined) return;
      const lines = (options.headers ?? []).map(({ name, value }) => `${name}: ${value}\r\n`).join("");
      refuse(status, options.reason, lines);
      session.finish({ type: "local" });
      session.leave();
    },
    hangUp() {
      if (session.isEnded()) return;
      if (session.earlyInvite !== undefined) return call.reject(480);
      session.finish({ type: "local" });
      session.sendBye();
    },
  };
  core.registry.add(request.callId, localTag, {
    handleRequest(inDialog) {
      if (inDialog.request.fromTag !== session.dialog.remoteTag) return false;
      session.handleRequest(inDialog);
      return true;
    },
    handleAck: (ack) => ack.fromTag === session.dialog.remoteTag && session.handleAck(ack),
    isAckKnown: (ack) => session.isAckKnown(ack),
    hangUp: () => call.hangUp(),
  });
  return {
    call,
    localTag,
    cancel() {
      if (session.earlyInvite === undefined) return;
      refuse(487);
      session.finish({ type: "cancelled" });
      session.leave();
    },
  };
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

/** A URI of a message that was accepted; one of a strange scheme (in To or From) is shown as it stands. */
function toUri(text: string): SipUri {
  return parseSipUri(text) ?? { scheme: "sip", user: "", host: "", port: undefined, text };
}
