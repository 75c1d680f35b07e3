import { sessionBody, type SipMessage } from "../../sip-syntax/index.ts";
import { takeRemoteSeq } from "../dialog/dialog.ts";
import { agreeAsServer } from "../dialog/session-interval.ts";
import type { ServerTransaction } from "../transaction/server-transaction.ts";
import type { Flow } from "../transport/flow.ts";
import type { OfferReply } from "../types.ts";
import { sendUntilAcknowledged } from "./acceptance.ts";
import { allowedMethods, capabilityLines, contactValue, guard, makeResponse, respond, warningLine } from "./core.ts";
import { readInfoDigit } from "./info-digit.ts";
import { refuse, type RefusalParts } from "./refuse.ts";
import { acceptRefusal, bodyRefusal, intervalRefusal, requireRefusal } from "./request-refusals.ts";
import type { Session } from "./session.ts";

const acceptLine = "Accept: application/sdp\r\n";

/** The owner of the call refuses an offer; the call goes on as it was. */
function offerRefusal(flow: Flow, reply: Exclude<OfferReply, string>): RefusalParts {
  const why = reply?.warning.text ?? "the owner of the call takes none of it";
  return {
    cause: "offer-refused",
    why: `${why}; the call goes on as it was`,
    lines: warningLine(flow, reply?.warning),
  };
}

/** Handles one request in a dialog. RFC 3261 §12.2.2 */
export function handleDialogRequest(session: Session, transaction: ServerTransaction): void {
  const { request } = transaction;
  transaction.isOfCall = !session.isEnded();
  const refusal = findRefusal(session, request);
  if (refusal !== undefined) return refuse(session.core, transaction, refusal);
  switch (request.method) {
    case "BYE":
      return handleBye(session, transaction);
    case "INVITE":
      return handleReInvite(session, transaction);
    case "UPDATE":
      return handleUpdate(session, transaction);
    case "INFO":
      return handleInfo(session, transaction);
    case "OPTIONS":
      session.noteRequest(request, transaction.flow);
      return respond(session.core, transaction, {
        status: 200,
        toTag: "",
        lines: `${capabilityLines}Accept: application/sdp\r\n`,
      });
    default:
      return refuse(session.core, transaction, {
        cause: "method-not-allowed",
        why: `allowed are ${allowedMethods}`,
        lines: `Allow: ${allowedMethods}\r\n`,
      });
  }
}

function findRefusal(session: Session, request: SipMessage): RefusalParts | undefined {
  if (session.isEnded() && request.method !== "BYE") return { cause: "call-over", why: "the call has just ended" };
  const seq = request.cseq?.number ?? 0;
  if (!takeRemoteSeq(session.dialog, seq)) {
    return { cause: "out-of-order", why: `CSeq ${seq} is not above that of the request before` };
  }
  return requireRefusal(request);
}

/** A BYE also ends an INVITE that is not answered yet. RFC 3261 §15.1.2 */
function handleBye(session: Session, transaction: ServerTransaction): void {
  const { core, dialog } = session;
  respond(core, transaction, { status: 200, toTag: "" });
  if (session.earlyInvite !== undefined) {
    const why = "the caller sent BYE before the answer";
    refuse(core, session.earlyInvite, { cause: "cancelled", why, toTag: dialog.localTag });
    session.earlyInvite = undefined;
  }
  session.unacknowledged?.acceptance.stop();
  session.unacknowledged = undefined;
  session.finish({ type: "bye" });
  session.leave();
}

/** Why an offer cannot be processed now. RFC 3261 §14.2, RFC 3311 §5.2 */
function findConflict(session: Session): RefusalParts | undefined {
  if (session.earlyInvite !== undefined) {
    return { cause: "offer-too-early", why: "the first offer is not answered yet", lines: "Retry-After: 2\r\n" };
  }
  if (session.hasOwnOffer) return { cause: "offer-pending", why: "an offer of this server is on its way" };
  if (session.unacknowledged === undefined) return undefined;
  return { cause: "offer-pending", why: "the ACK of the 200 before has not come" };
}

function handleReInvite(session: Session, transaction: ServerTransaction): void {
  const { core } = session;
  const { request, flow } = transaction;
  const refusal =
    findConflict(session) ?? acceptRefusal(request) ?? bodyRefusal(request, acceptLine) ?? intervalRefusal(request);
  if (refusal !== undefined) return refuse(core, transaction, refusal);
  const body = sessionBody(request);
  const agreed = agreeAsServer(request);
  const offer = body.type === "sdp" ? body.sdp : undefined;
  const sdp = guard(core, "onOffer", () => session.delegate().onOffer?.(offer));
  // The handler may have hung up.
  if (session.isEnded()) return refuse(core, transaction, { cause: "cancelled", why: "the call ended at this offer" });
  if (typeof sdp !== "string") return refuse(core, transaction, offerRefusal(flow, sdp));
  session.noteRequest(request, flow);
  session.localSdp = sdp;
  const contact = `Contact: ${contactValue(flow, session.contactUser)}\r\n`;
  const lines = `${contact}${capabilityLines}${agreed.type === "agreed" ? agreed.lines : ""}`;
  const response = makeResponse(core, request, { status: 200, toTag: "", lines, body: sdp });
  const acceptance = sendUntilAcknowledged(core, transaction, response, () => endUnacknowledged(session));
  session.unacknowledged = { acceptance, bringsAnswer: offer === undefined };
  session.timer.restart(agreed.type === "agreed" ? agreed.interval : undefined);
}

/** Our 2xx was not acknowledged: ends the call with BYE. RFC 3261 §13.3.1.4, §14.2 */
export function endUnacknowledged(session: Session): void {
  session.unacknowledged = undefined;
  session.finish({ type: "no-ack" });
  session.sendBye({ status: 408, text: "no ACK came" });
}

function handleUpdate(session: Session, transaction: ServerTransaction): void {
  const { core } = session;
  const { request, flow } = transaction;
  const body = sessionBody(request);
  const conflict = body.type === "sdp" ? findConflict(session) : undefined;
  const refusal = bodyRefusal(request, acceptLine) ?? conflict ?? intervalRefusal(request);
  if (refusal !== undefined) return refuse(core, transaction, refusal);
  const agreed = agreeAsServer(request);
  // Without a body it only refreshes the session.
  const answer = body.type === "sdp" ? guard(core, "onOffer", () => session.delegate().onOffer?.(body.sdp)) : undefined;
  if (session.isEnded()) return refuse(core, transaction, { cause: "call-over", why: "the call ended at this offer" });
  if (body.type === "sdp" && typeof answer !== "string") {
    return refuse(core, transaction, offerRefusal(flow, answer));
  }
  session.noteRequest(request, flow);
  const sdp = typeof answer === "string" ? answer : "";
  if (sdp !== "") session.localSdp = sdp;
  const contact = `Contact: ${contactValue(flow, session.contactUser)}\r\n`;
  const lines = `${contact}${capabilityLines}${agreed.type === "agreed" ? agreed.lines : ""}`;
  respond(core, transaction, { status: 200, toTag: "", lines, body: sdp });
  if (session.earlyInvite === undefined) session.timer.restart(agreed.type === "agreed" ? agreed.interval : undefined);
}

function handleInfo(session: Session, transaction: ServerTransaction): void {
  const { core } = session;
  const { request, flow } = transaction;
  session.noteRequest(request, flow);
  const pressed = readInfoDigit(request);
  if (pressed === undefined && request.body.length > 0) {
    const types = "application/dtmf-relay, application/dtmf";
    const why = `an INFO of type ${request.first("content-type") ?? "none"} tells no key; read are ${types}`;
    return refuse(core, transaction, { cause: "body-not-supported", why, lines: `Accept: ${types}\r\n` });
  }
  respond(core, transaction, { status: 200, toTag: "" });
  if (pressed === undefined) return undefined;
  guard(core, "onInfoDigit", () => session.delegate().onInfoDigit?.(pressed.digit, pressed.durationMs));
  return undefined;
}
