import { sessionBody } from "../message/body.ts";
import type { SipMessage } from "../message/message.ts";
import { parseNameAddr } from "../message/name-addr.ts";
import { newBranch, newSipCallId, newTag } from "../message/random.ts";
import { parseSipUri } from "../message/uri.ts";
import { printVia } from "../message/via.ts";
import { dialogOfResponse } from "../dialog/dialog.ts";
import { agreedAsClient } from "../dialog/session-timer.ts";
import type { ClientTransaction } from "../transaction/client-transaction.ts";
import type { Flow } from "../transport/flow.ts";
import type { CallEnd, OutgoingCall, OutgoingCallRequest, SipHeader } from "../types.ts";
import { assertHeaders, assertParty, assertUri } from "./checks.ts";
import { allowedMethods, contactValue, guard, type AgentCore } from "./core.ts";
import type { PreparedRequest } from "./dialog-request.ts";
import type { DialogOwner } from "./registry.ts";
import { createSession } from "./open-session.ts";
import { noteCapabilities, type Session } from "./session.ts";

const inviteSeq = 1;

/** Sends an INVITE and follows the call. Throws SIP_BAD_HEADER or SIP_BAD_URI for what cannot be sent; what the network
 * does comes to the delegate, after this returned. RFC 3261 §13.2 */
export function createOutgoingCall(core: AgentCore, request: OutgoingCallRequest): OutgoingCall {
  assertUri(request.requestUri);
  assertParty(request.to);
  assertParty(request.from);
  assertHeaders(request.headers);
  const flow = core.transport.flowTo(request.nextHop);
  const sipCallId = newSipCallId();
  const run = startCall(core, request, flow, sipCallId);
  return { sipCallId, hangUp: run };
}

function startCall(
  core: AgentCore,
  request: OutgoingCallRequest,
  flow: Flow | undefined,
  sipCallId: string,
): () => void {
  const localTag = newTag();
  const from = `${toParty(request.from)};tag=${localTag}`;
  const contactUser = parseSipUri(parseNameAddr(request.from)?.uri ?? "")?.user ?? "";
  /** Dialogs by the far end's tag: the first is the call, others are forks that answered too late. */
  const sessions = new Map<string, Session>();
  const state = {
    isStarting: true,
    isEnded: false,
    isInviteOpen: true,
    hasProvisional: false,
    wantsCancel: false,
    call: undefined as Session | undefined,
    invite: undefined as ClientTransaction | undefined,
  };

  const finish = (end: CallEnd) => {
    if (state.isEnded) return;
    state.isEnded = true;
    const tell = () => guard(core, "onEnded", () => request.delegate.onEnded(end));
    if (state.isStarting) core.clock.startTimer(0, tell);
    else tell();
  };
  const leaveWhenDone = () => {
    if (!state.isInviteOpen && sessions.size === 0) core.registry.remove(sipCallId, localTag);
  };
  const closeInvite = () => {
    state.isInviteOpen = false;
    leaveWhenDone();
  };
  const openSession = (response: SipMessage, over: Flow): Session => {
    const seq = inviteSeq;
    const tag = response.toTag;
    const session = createSession({
      core,
      dialog: dialogOfResponse({ from, localTag, requestUri: request.requestUri, seq }, response),
      flow: over,
      staysOnFlow: false,
      contactUser,
      delegate: () => (state.call === session ? request.delegate : { onEnded: () => undefined }),
      onLeave() {
        sessions.delete(tag);
        leaveWhenDone();
      },
    });
    noteCapabilities(session, response);
    session.localSdp = request.offer;
    sessions.set(tag, session);
    answeredTags.set(tag, session);
    return session;
  };
  const answeredTags = new Map<string, Session>();
  const takeAnswer = (response: SipMessage, over: Flow) => {
    const known = answeredTags.get(response.toTag);
    if (known !== undefined) return known.acknowledge(response);
    const session = openSession(response, over);
    session.acknowledge(response);
    state.isInviteOpen = false;
    if (state.call !== undefined || state.isEnded) return session.sendBye();
    state.call = session;
    session.timer.restart(agreedAsClient(response));
    guard(core, "onAnswered", () => request.delegate.onAnswered?.({ sdp: readSdp(response) }));
    return undefined;
  };
  const cancel = () => {
    const { invite } = state;
    if (invite === undefined || invite.isSettled()) return;
    const handlers = { onResponse: () => undefined, onFailed: () => undefined };
    core.transactions.send(cancelOf(invite.request, sipCallId), invite.flow, handlers);
    const limit = core.clock.startTimer(64 * core.timers.t1Ms, () => {
      if (invite.isSettled()) return;
      invite.abandon();
      closeInvite();
    });
    stopWaiting.push(() => limit.cancel());
  };
  const stopWaiting: (() => void)[] = [];
  const settle = () => {
    for (const stop of stopWaiting.splice(0)) stop();
  };
  const takeProvisional = (response: SipMessage) => {
    const isFirst = !state.hasProvisional;
    state.hasProvisional = true;
    if (state.wantsCancel) {
      if (isFirst) cancel();
      return;
    }
    if (response.status === 100 || state.isEnded || state.call !== undefined) return;
    const progress = { status: response.status, sdp: readSdp(response) };
    guard(core, "onProgress", () => request.delegate.onProgress?.(progress));
  };
  const owner: DialogOwner = {
    handleRequest(transaction) {
      const session = sessions.get(transaction.request.fromTag);
      session?.handleRequest(transaction);
      return session !== undefined;
    },
    handleAck: (ack) => sessions.get(ack.fromTag)?.handleAck(ack) ?? false,
    isAckKnown: (ack) => sessions.get(ack.fromTag)?.isAckKnown(ack) ?? false,
    hangUp,
  };
  function hangUp(): void {
    if (state.call !== undefined) {
      if (state.call.isEnded()) return;
      state.call.finish({ type: "local" });
      state.call.sendBye();
      return;
    }
    if (state.isEnded) return;
    state.wantsCancel = true;
    finish({ type: "local" });
    if (state.hasProvisional) cancel();
  }

  if (flow === undefined) {
    finish({ type: "transport", message: `no ${request.nextHop.transport} listener to send from` });
    return hangUp;
  }
  core.registry.add(sipCallId, localTag, owner);
  const prepared = makeInvite(core, request, flow, { from, sipCallId, contactUser });
  state.invite = core.transactions.send(prepared, flow, {
    onResponse(response) {
      if (response.status < 200) return takeProvisional(response);
      settle();
      if (response.status < 300) return takeAnswer(response, flow);
      const reason = response.start.type === "response" ? response.start.reason : "";
      finish({ type: "rejected", status: response.status, reason });
      return closeInvite();
    },
    onFailed(cause, message) {
      settle();
      finish(cause === "timeout" ? { type: "timeout" } : { type: "transport", message });
      closeInvite();
    },
  });
  state.isStarting = false;
  return hangUp;
}

function readSdp(response: SipMessage): string | undefined {
  const body = sessionBody(response);
  return body.type === "sdp" ? body.sdp : undefined;
}

/** A URI in angle brackets; a name-addr stays as it is. */
function toParty(text: string): string {
  return text.includes("<") ? text : `<${text}>`;
}

function makeInvite(
  core: AgentCore,
  request: OutgoingCallRequest,
  flow: Flow,
  own: { readonly from: string; readonly sipCallId: string; readonly contactUser: string },
): PreparedRequest {
  const branch = newBranch();
  const { host, port } = flow.local;
  const headers: SipHeader[] = [
    { name: "Via", value: printVia(flow.peer.transport, host, port, branch) },
    { name: "Max-Forwards", value: "70" },
    { name: "From", value: own.from },
    { name: "To", value: toParty(request.to) },
    { name: "Call-ID", value: own.sipCallId },
    { name: "CSeq", value: `${inviteSeq} INVITE` },
    { name: "Contact", value: contactValue(flow, own.contactUser) },
    { name: "Allow", value: allowedMethods },
    { name: "Supported", value: "timer" },
    { name: "User-Agent", value: core.userAgent },
    ...request.headers,
  ];
  const { requestUri, offer: body } = request;
  return { method: "INVITE", requestUri, headers, body, branch, sipCallId: own.sipCallId };
}

const cancelKeeps = new Set(["via", "max-forwards", "from", "to", "call-id", "cseq", "route", "user-agent"]);

/** The CANCEL of an INVITE: its Request-URI, Via, From, To, Call-ID, Route and CSeq number. RFC 3261 §9.1 */
function cancelOf(invite: ClientTransaction["request"], sipCallId: string): PreparedRequest {
  const headers = invite.headers
    .filter(({ name }) => cancelKeeps.has(name.toLowerCase()))
    .map(({ name, value }) => (name === "CSeq" ? { name, value: value.replace("INVITE", "CANCEL") } : { name, value }));
  const via = headers[0]?.value ?? "";
  const branch = /;branch=([^;]+)/.exec(via)?.[1] ?? "";
  return { method: "CANCEL", requestUri: invite.requestUri, headers, body: "", branch, sipCallId };
}
