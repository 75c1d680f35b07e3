import { sessionBody } from "../message/body.ts";
import type { ResponseParts } from "../message/print.ts";
import { takeRemoteSeq } from "../dialog/dialog.ts";
import { agreeAsServer, shortestSessionSeconds } from "../dialog/session-timer.ts";
import type { ServerTransaction } from "../transaction/server-transaction.ts";
import { sendUntilAcknowledged } from "./acceptance.ts";
import { allowedMethods, capabilityLines, contactValue, guard, makeResponse, respond } from "./core.ts";
import { readInfoDigit } from "./info-digit.ts";
import { unsupportedOptions } from "./options.ts";
import type { Session } from "./session.ts";

/** Handles one request in a dialog. RFC 3261 §12.2.2 */
export function handleDialogRequest(session: Session, transaction: ServerTransaction): void {
  const { request } = transaction;
  const reply = (parts: Omit<ResponseParts, "toTag">) => respond(session.core, transaction, { ...parts, toTag: "" });
  if (session.isEnded() && request.method !== "BYE") return reply({ status: 481 });
  if (!takeRemoteSeq(session.dialog, request.cseq?.number ?? 0)) return reply({ status: 500 });
  const missing = unsupportedOptions(request);
  if (missing.length > 0) return reply({ status: 420, lines: `Unsupported: ${missing.join(", ")}\r\n` });
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
      return reply({ status: 200, lines: `${capabilityLines}Accept: application/sdp\r\n` });
    default:
      return reply({ status: 405, lines: `Allow: ${allowedMethods}\r\n` });
  }
}

/** A BYE also ends an INVITE that is not answered yet. RFC 3261 §15.1.2 */
function handleBye(session: Session, transaction: ServerTransaction): void {
  const { core, dialog } = session;
  respond(core, transaction, { status: 200, toTag: "" });
  if (session.earlyInvite !== undefined) {
    respond(core, session.earlyInvite, { status: 487, toTag: dialog.localTag });
    session.earlyInvite = undefined;
  }
  session.unacknowledged?.acceptance.stop();
  session.unacknowledged = undefined;
  session.finish({ type: "bye" });
  session.leave();
}

/** Why an offer cannot be looked at now. RFC 3261 §14.2, RFC 3311 §5.2 */
function findConflict(session: Session): Omit<ResponseParts, "toTag"> | undefined {
  if (session.earlyInvite !== undefined) return { status: 500, lines: "Retry-After: 2\r\n" };
  if (session.hasOwnOffer || session.unacknowledged !== undefined) return { status: 491 };
  return undefined;
}

function handleReInvite(session: Session, transaction: ServerTransaction): void {
  const { core } = session;
  const { request, flow } = transaction;
  const reply = (parts: Omit<ResponseParts, "toTag">) => respond(core, transaction, { ...parts, toTag: "" });
  const conflict = findConflict(session);
  if (conflict !== undefined) return reply(conflict);
  const body = sessionBody(request);
  if (body.type === "unsupported") return reply({ status: 415, lines: "Accept: application/sdp\r\n" });
  const agreed = agreeAsServer(request);
  if (agreed.type === "too-small") return reply({ status: 422, lines: `Min-SE: ${shortestSessionSeconds}\r\n` });
  const offer = body.type === "sdp" ? body.sdp : undefined;
  const sdp = guard(core, "onOffer", () => session.delegate().onOffer?.(offer));
  // The handler may have hung up.
  if (session.isEnded()) return reply({ status: 487 });
  if (sdp === undefined) return reply({ status: 488 });
  session.noteRequest(request, flow);
  session.localSdp = sdp;
  const contact = `Contact: ${contactValue(flow, session.contactUser)}\r\n`;
  const lines = `${contact}${capabilityLines}${agreed.type === "agreed" ? agreed.lines : ""}`;
  const response = makeResponse(core, request, { status: 200, toTag: "", lines, body: sdp });
  const acceptance = sendUntilAcknowledged(core, transaction, response, () => endUnacknowledged(session));
  session.unacknowledged = { acceptance, bringsAnswer: offer === undefined };
  session.timer.restart(agreed.type === "agreed" ? agreed.interval : undefined);
}

/** Nobody acknowledged our 2xx: the call is over, and says so to the far end. RFC 3261 §13.3.1.4, §14.2 */
export function endUnacknowledged(session: Session): void {
  session.unacknowledged = undefined;
  session.finish({ type: "no-ack" });
  session.sendBye();
}

function handleUpdate(session: Session, transaction: ServerTransaction): void {
  const { core } = session;
  const { request, flow } = transaction;
  const reply = (parts: Omit<ResponseParts, "toTag">) => respond(core, transaction, { ...parts, toTag: "" });
  const body = sessionBody(request);
  if (body.type === "unsupported") return reply({ status: 415, lines: "Accept: application/sdp\r\n" });
  const conflict = body.type === "sdp" ? findConflict(session) : undefined;
  if (conflict !== undefined) return reply(conflict);
  const agreed = agreeAsServer(request);
  if (agreed.type === "too-small") return reply({ status: 422, lines: `Min-SE: ${shortestSessionSeconds}\r\n` });
  // Without a body it only refreshes the session.
  const answer = body.type === "sdp" ? guard(core, "onOffer", () => session.delegate().onOffer?.(body.sdp)) : undefined;
  if (session.isEnded()) return reply({ status: 481 });
  if (body.type === "sdp" && answer === undefined) return reply({ status: 488 });
  session.noteRequest(request, flow);
  if (answer !== undefined) session.localSdp = answer;
  const contact = `Contact: ${contactValue(flow, session.contactUser)}\r\n`;
  const lines = `${contact}${capabilityLines}${agreed.type === "agreed" ? agreed.lines : ""}`;
  reply({ status: 200, lines, body: answer ?? "" });
  if (session.earlyInvite === undefined) session.timer.restart(agreed.type === "agreed" ? agreed.interval : undefined);
}

function handleInfo(session: Session, transaction: ServerTransaction): void {
  const { core } = session;
  const { request, flow } = transaction;
  session.noteRequest(request, flow);
  const pressed = readInfoDigit(request);
  if (pressed === undefined && request.body.length > 0) {
    const lines = "Accept: application/dtmf-relay, application/dtmf\r\n";
    return respond(core, transaction, { status: 415, toTag: "", lines });
  }
  respond(core, transaction, { status: 200, toTag: "" });
  if (pressed === undefined) return undefined;
  guard(core, "onInfoDigit", () => session.delegate().onInfoDigit?.(pressed.digit, pressed.durationMs));
  return undefined;
}
