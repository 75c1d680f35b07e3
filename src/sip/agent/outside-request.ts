import { parseNameAddr, parseSipUri, printSipUri, type SipHeader, type SipMessage } from "../../sip-syntax/index.ts";
import { noTries, tryAgain } from "../digest/tries.ts";
import { newBranch, newSipCallId, newTag } from "../random.ts";
import { viaOn, type Flow } from "../transport/flow.ts";
import type { OutsideOutcome, OutsideRequest } from "../types.ts";
import { assertHeaders, assertParty, assertUri } from "./assertions.ts";
import type { AgentCore } from "./core.ts";
import type { PreparedRequest } from "./dialog-request.ts";
import { toParty } from "./invite.ts";
import { noAuthorization, readChallengesFor, whyNotAnswered } from "./credentials.ts";

/** Sends a request that begins no dialog, again with credentials where it is challenged, and gives its final response. Throws SIP_BAD_HEADER or
 * SIP_BAD_URI for what cannot be sent. RFC 3261 §8.1, §10.2, §11.1 */
export function sendOutside(core: AgentCore, request: OutsideRequest): Promise<OutsideOutcome> {
  assertUri(request.requestUri);
  assertParty(request.to);
  assertParty(request.from);
  assertHeaders(request.headers);
  return new Promise((resolve) => {
    const sending: Sending = {
      core,
      request,
      sipCallId: request.sipCallId ?? newSipCallId(),
      fromTag: newTag(),
      resolve,
    };
    send(sending, request.seq ?? 1, noTries);
  });
}

interface Sending {
  readonly core: AgentCore;
  readonly request: OutsideRequest;
  readonly sipCallId: string;
  readonly fromTag: string;
  readonly resolve: (outcome: OutsideOutcome) => void;
}

function send(sending: Sending, seq: number, tries: typeof noTries): void {
  const { core, request, resolve } = sending;
  const { method, requestUri, nextHop, credentials } = request;
  const flow = core.transport.flowTo(nextHop);
  if (flow === undefined)
    return resolve({ type: "failed", cause: "transport", why: `no ${nextHop.transport} listener to send from`, seq });
  const authorization = credentials?.authorize({ method, uri: requestUri }) ?? noAuthorization;
  const contact = request.contactUser === undefined ? undefined : contactOf(flow, request.contactUser);
  const prepared = prepare(sending, flow, seq, contact, authorization.headers);
  core.transactions.send(prepared, flow, {
    onResponse(response) {
      const { status } = response;
      if (status < 200) return;
      const reading = readChallengesFor(credentials, response, authorization);
      const next = status === 401 || status === 407 ? tryAgain(tries, reading.challenges) : undefined;
      if (next !== undefined) return send(sending, seq + 1, next);
      if (status === 401 || status === 407)
        core.log.warn(
          { status, method, peer: nextHop, why: whyNotAnswered(credentials, reading) },
          "SIP authentication failed",
        );
      const keepOpen = (onBroken: () => void) => flow.watch(() => onBroken());
      const kept = flow.transport.isReliable ? { keepOpen } : {};
      return resolve({ type: "response", seq, ...readResponse(response, contact), ...kept });
    },
    onFailed: (cause, message) =>
      resolve({ type: "failed", cause, why: cause === "timeout" ? "no response" : message, seq }),
  });
  return undefined;
}

function prepare(
  { core, request, sipCallId, fromTag }: Sending,
  flow: Flow,
  seq: number,
  contact: string | undefined,
  authorization: readonly SipHeader[],
): PreparedRequest {
  const { method, requestUri } = request;
  const branch = newBranch();
  const headers: SipHeader[] = [
    { name: "Via", value: viaOn(flow, branch) },
    { name: "Max-Forwards", value: "70" },
    { name: "From", value: `${toParty(request.from)};tag=${fromTag}` },
    { name: "To", value: toParty(request.to) },
    { name: "Call-ID", value: sipCallId },
    { name: "CSeq", value: `${seq} ${method}` },
    ...(contact === undefined ? [] : [{ name: "Contact", value: `<${contact}>` }]),
    { name: "User-Agent", value: core.userAgent },
    ...authorization,
    ...request.headers,
  ];
  return { method, requestUri, headers, body: "", branch, sipCallId };
}

function contactOf({ local, peer }: Flow, user: string): string {
  return printSipUri({ user, host: local.host, port: local.port, transport: peer.transport });
}

type Response = Extract<OutsideOutcome, { type: "response" }>;

function readResponse(response: SipMessage, contact: string | undefined): Omit<Response, "type" | "seq"> {
  return {
    status: response.status,
    expiresS: contact === undefined ? undefined : grantedSeconds(response, contact),
    smallestS: seconds(response.first("min-expires")),
    retryAfterS: seconds(response.first("retry-after")),
  };
}

/** Most contacts of a registrar's answer that are looked at. */
const mostContacts = 32;

/** How long a registrar keeps our contact: as its own entry says, else the response. RFC 3261 §10.2.4 */
function grantedSeconds(response: SipMessage, contact: string): number | undefined {
  const ours = parseSipUri(contact);
  const entries = response
    .list("contact")
    .slice(0, mostContacts)
    .flatMap((value) => {
      const entry = parseNameAddr(value);
      return entry === undefined ? [] : [{ uri: parseSipUri(entry.uri), parameters: entry.parameters }];
    });
  const own = entries.find(
    ({ uri }) => uri?.user === ours?.user && uri?.host === ours?.host && uri?.port === ours?.port,
  );
  // A registrar behind a NAT shows our contact as it sees it.
  const entry = own ?? (entries.length === 1 ? entries[0] : undefined);
  return seconds(entry?.parameters.get("expires")) ?? seconds(response.first("expires"));
}

/** The number at the beginning of a value; Retry-After may have a comment behind it. RFC 3261 §20.33 */
function seconds(value: string | undefined): number | undefined {
  const digits = /^\s*(\d{1,9})/.exec(value ?? "")?.[1];
  return digits === undefined ? undefined : Number(digits);
}
