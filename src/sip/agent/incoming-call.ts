import {
  readSubscriber,
  type SipMessage,
  parseNameAddr,
  parseSipUri,
  type SipUri,
  type SipHeader,
} from "../../sip-syntax/index.ts";
import { newTag } from "../random.ts";
import { dialogOfRequest, farEndOf } from "../dialog/dialog.ts";
import { isBehindNat } from "../dialog/next-hop.ts";
import type { SessionWish } from "../dialog/session-effects.ts";
import { agreeAsServer } from "../dialog/session-interval.ts";
import { startCalled } from "../dialog/session-machine.ts";
import type { SessionState } from "../dialog/session-state.ts";
import type { ServerTransaction } from "../transaction/server-transaction.ts";
import type { CallDelegate, IncomingCall, RejectOptions, SipAddress, SipReason } from "../types.ts";
import { assertHeaders, assertLine, assertRefusal } from "./assertions.ts";
import type { AgentCore } from "./core.ts";
import type { SipCredentials } from "./credentials.ts";
import { replaceStateOf } from "./replace-call.ts";
import type { DialogOwner, Replaceable } from "./registry.ts";
import { Session } from "./session.ts";

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
  account: IncomingCall["account"],
): OpenIncomingCall {
  const localTag = newTag();
  const call = new UasCall(core, transaction, { offer, account }, localTag);
  core.registry.add(call.sipCallId, localTag, call, call.source);
  return { call, localTag, cancel: () => call.cancel() };
}

/** One INVITE that came in, with its session. */
class UasCall implements IncomingCall, DialogOwner {
  readonly sipCallId: string;
  readonly requestUri: SipUri;
  readonly to: SipUri;
  readonly from: SipUri;
  readonly assertedIdentity: SipUri | undefined;
  readonly account: IncomingCall["account"];
  readonly headers: readonly SipHeader[];
  readonly offer: string | undefined;
  readonly source: SipAddress;
  readonly bound: string;
  readonly listener: SipAddress | undefined;
  delegate = silentDelegate;
  credentials: SipCredentials | undefined;
  readonly #session: Session;

  constructor(
    core: AgentCore,
    transaction: ServerTransaction,
    { offer, account }: Pick<IncomingCall, "offer" | "account">,
    localTag: string,
  ) {
    const { request, flow } = transaction;
    this.sipCallId = request.callId;
    this.requestUri = request.target ?? toUri(request.requestUri);
    this.to = toUri(request.to?.uri ?? "");
    this.from = toUri(request.from?.uri ?? "");
    this.assertedIdentity = assertedIdentity(request);
    this.account = account;
    this.headers = request.fields.filter(({ key }) => !isCredentials(key)).map(({ name, value }) => ({ name, value }));
    this.offer = offer;
    this.source = flow.peer;
    this.bound = flow.bound;
    this.listener = flow.listener;
    const parts = {
      core,
      flow,
      delegate: () => this.delegate,
      credentials: () => this.credentials,
      // Not by the request, which the call does not need any more.
      onLeave: () => core.registry.remove(this.sipCallId, localTag),
    };
    const state = stateOf(core, transaction, localTag, this.requestUri.user, offer);
    this.#session = new Session(parts, state, transaction);
    // V8 makes a function that is written right into a property in its old generation, where it would keep all of the call until that is collected.
    const onFailed = () => this.#session.feed({ type: "failed", of: "response" });
    transaction.onFailed = onFailed;
  }

  get ringsWithOffer(): boolean {
    const { phase, reliable } = this.#session.state;
    return phase.type === "early" && phase.exchange === "to-offer" && reliable !== undefined;
  }

  ring(sdp = ""): void {
    this.#wish({ type: "user", wish: "ring", sdp });
  }

  progress(sdp: string): void {
    this.#wish({ type: "user", wish: "progress", sdp });
  }

  answer(sdp = ""): void {
    this.#wish({ type: "user", wish: "answer", sdp });
  }

  reject(status: number, options: RejectOptions = {}): void {
    assertRefusal(status);
    assertHeaders(options.headers ?? []);
    if (options.reason !== undefined) assertLine("reason", options.reason);
    this.#wish({ type: "user", wish: "reject", refusal: { ...options, status } });
  }

  hangUp(reason?: SipReason): void {
    this.#wish({ type: "user", wish: "hang-up", reason });
  }

  renegotiate(): void {
    this.#wish({ type: "user", wish: "offer" });
  }

  /** The CANCEL of the INVITE came. */
  cancel(): void {
    this.#session.feed({ type: "cancel" });
  }

  handleRequest(transaction: ServerTransaction): boolean {
    if (!this.#isFarEnd(transaction.request)) return false;
    this.#session.handleRequest(transaction);
    return true;
  }

  handleAck(ack: SipMessage): boolean {
    return this.#isFarEnd(ack) && this.#session.handleAck(ack);
  }

  isAckKnown(ack: SipMessage): boolean {
    return this.#session.isAckKnown(ack);
  }

  findReplaceable(remoteTag: string): Replaceable | undefined {
    const { state } = this.#session;
    if (remoteTag !== state.dialog.remoteTag) return undefined;
    return { state: replaceStateOf(state), delegate: this.delegate };
  }

  #isFarEnd({ fromTag }: SipMessage): boolean {
    return fromTag === this.#session.state.dialog.remoteTag;
  }

  #wish(wish: SessionWish): void {
    this.#session.feed(wish);
  }
}

/** The first state of the session of an INVITE. */
function stateOf(
  core: AgentCore,
  { request, flow }: ServerTransaction,
  localTag: string,
  contactUser: string,
  offer: string | undefined,
): SessionState {
  const agreed = agreeAsServer(request);
  const start = {
    dialog: dialogOfRequest(request, localTag),
    peer: flow.peer,
    // The Contact and Record-Route of a stranger could be those of somebody who would get our requests.
    staysWithPeer: core.isSymmetric(flow.peer) ?? (core.guard.isStranger(flow.peer) || isBehindNat(request, flow)),
    contactUser,
    timers: core.timers,
    localSdp: "",
    remoteSdp: offer ?? "",
    peerTakesUpdate: farEndOf(request).takesUpdate ?? false,
  };
  const invite = {
    type: "early",
    seq: request.cseq?.number ?? 0,
    exchange: offer === undefined ? "to-offer" : "to-answer",
    agreed: agreed.type === "agreed" ? agreed : undefined,
  } as const;
  return startCalled(start, invite, request.lists("require", "100rel"));
}

/** With credentials a password can be guessed: they are nobody's affair but the user agent's. */
function isCredentials(key: string): boolean {
  return key === "authorization" || key === "proxy-authorization";
}

/** Values of Privacy by which the identity of the caller is not shown. */
const privateWishes = new Set(["id", "user", "critical"]);
const mostWishes = 16;

const mostIdentities = 4;

/** The first identity that is asserted and has a telephone number, else the first, unless the caller asked that it is not shown. Where there is no
 * P-Asserted-Identity, a Remote-Party-ID counts, which some networks have in its place. RFC 3325 §7, §9.1, RFC 3323 §4.2 */
function assertedIdentity(invite: SipMessage): SipUri | undefined {
  if (invite.field("p-asserted-identity") === undefined && invite.field("remote-party-id") === undefined)
    return undefined;
  const wishes = (invite.first("privacy") ?? "").toLowerCase().split(";", mostWishes);
  if (wishes.some((wish) => privateWishes.has(wish.trim()))) return undefined;
  const identities = invite
    .list("p-asserted-identity")
    .slice(0, mostIdentities)
    .map((value) => parseSipUri(parseNameAddr(value)?.uri ?? ""))
    .filter((uri) => uri !== undefined);
  return identities.find(({ user }) => readSubscriber(user) !== undefined) ?? identities[0] ?? remoteParty(invite);
}

/** The calling party of Remote-Party-ID, unless it is not to be shown. It never became a standard. */
function remoteParty(invite: SipMessage): SipUri | undefined {
  const parties = invite.list("remote-party-id").slice(0, mostIdentities);
  return parties.flatMap((value) => {
    const party = parseNameAddr(value);
    const { parameters = new Map<string, string>() } = party ?? {};
    const isCaller = (parameters.get("party") ?? "calling").toLowerCase() === "calling";
    const isShown = (parameters.get("privacy") ?? "off").toLowerCase() === "off";
    return isCaller && isShown ? (parseSipUri(party?.uri ?? "") ?? []) : [];
  })[0];
}

/** A URI of a message that was accepted; one of another scheme (in To or From) is shown as it is. */
export function toUri(text: string): SipUri {
  return parseSipUri(text) ?? { scheme: "sip", user: "", host: "", port: undefined, text };
}
