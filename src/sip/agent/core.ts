import { errorMessage, type Clock, type Logger } from "../../kernel/index.ts";
import {
  type SipMessage,
  printResponse,
  type ResponseParts,
  quote,
  printSipUri,
  type SipHeader,
  uriScheme,
  withBrackets,
} from "../../sip-syntax/index.ts";
import type { SourceGuard } from "../guard/source-guard.ts";
import type { Methods } from "../method/methods.ts";
import type { ReadyResponse } from "../transaction/server-machine.ts";
import type { ServerTransaction } from "../transaction/server-transaction.ts";
import type { Transactions } from "../transaction/transaction-table.ts";
import type { Flow } from "../transport/flow.ts";
import type { TransportLayer } from "../transport/transport.ts";
import type { RegisteredContact, SipAddress, SipTimers, SipTraceEntry, SipWarning, UserAgent } from "../types.ts";
import type { RefusalLog } from "./refusal-log.ts";
import type { DialogRegistry } from "./registry.ts";

/** What all calls of one agent share. */
export interface AgentCore {
  readonly clock: Clock;
  readonly timers: SipTimers;
  readonly log: Logger;
  readonly userAgent: string;
  readonly transport: TransportLayer;
  readonly transactions: Transactions;
  readonly registry: DialogRegistry;
  readonly refusals: RefusalLog;
  readonly guard: SourceGuard;
  readonly methods: Methods;
  readonly locate: UserAgent["locate"];
  /** Whether requests in a dialog go to where its messages come from; undefined: where the peer seems to be behind a NAT. */
  readonly isSymmetric: (peer: SipAddress) => boolean | undefined;
  /** Where the phone is called that a URI means which this server gave it (a GRUU); undefined: it is none. */
  readonly findDevice: (uri: string) => readonly RegisteredContact[] | undefined;
  /** The open connection by which the phone with this contact has registered; undefined: there is none. */
  readonly findFlow: (contact: string) => Flow | undefined;
  readonly trace: ((entry: SipTraceEntry) => void) | undefined;
}

/** Our capabilities, for requests that make or change a session and for 2xx responses. RFC 3261 §20.5, §20.37 */
export function capabilities({ methods }: Pick<AgentCore, "methods">): readonly SipHeader[] {
  return [
    { name: "Allow", value: methods.allowed },
    { name: "Supported", value: methods.supported.join(", ") },
  ];
}

/** The same as header lines. */
export function capabilityLines(core: Pick<AgentCore, "methods">): string {
  return capabilities(core)
    .map(({ name, value }) => `${name}: ${value}\r\n`)
    .join("");
}

/** A response that refuses nothing; refusals leave through `refuse.ts`. */
export interface GoodResponseParts extends ResponseParts {
  readonly status: 100 | 180 | 183 | 200 | 202;
}

/** Prints a response with our Server header, ready to be sent more than once. */
export function makeResponse(core: AgentCore, request: SipMessage, parts: GoodResponseParts): ReadyResponse {
  const { status, reason, toTag, lines: own = "", body = "" } = parts;
  const lines = `${own}Server: ${core.userAgent}\r\n`;
  return { status, text: printResponse(request, { status, reason, toTag, lines, body }) };
}

/** Answers a request that is not refused. */
export function respond(core: AgentCore, transaction: ServerTransaction, parts: GoodResponseParts): void {
  transaction.respond(makeResponse(core, transaction.request, parts));
}

/** The Contact line of messages on `flow`: the address really used, as sips: where the request is to such a URI.
 * RFC 3261 §8.1.1.8, §12.1.1 */
export function contactValue(flow: Flow, user: string, requestUri: string): string {
  const { host, port } = flow.local;
  const isSips = uriScheme(requestUri) === "sips";
  return `<${printSipUri({ user, host, port, transport: flow.peer.transport, isSips })}>`;
}

/** Longest text of a warning, which may quote what the far end sent. */
const longestWarning = 300;

/** The Warning line of a refusal on `flow`, nothing without a warning. RFC 3261 §20.43 */
export function warningLine(flow: Flow, warning: SipWarning | undefined): string {
  if (warning === undefined) return "";
  const { host, port } = flow.local;
  return `Warning: ${warning.code} ${withBrackets(host)}:${port} ${quote(warning.text.slice(0, longestWarning))}\r\n`;
}

/** The Record-Route lines that a response making a dialog copies. RFC 3261 §12.1.1 */
export function recordRouteLines(request: SipMessage): string {
  let text = "";
  for (const { key, value } of request.fields) if (key === "record-route") text += `Record-Route: ${value}\r\n`;
  return text;
}

/** Calls the owner's code; an error that it throws is logged and does not stop the agent. */
export function guard<T>(core: AgentCore, what: string, run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    core.log.error({ what, error: errorMessage(error) }, "a SIP handler threw");
    return undefined;
  }
}
