import { elementEnd, parseParameters, withoutParameters } from "./headers.ts";
import { Scanner } from "./scanner.ts";
import { withBrackets, withoutBrackets } from "../address/host.ts";
import { transportNamed, type TransportName } from "../address/transports.ts";

/** One Via value. RFC 3261 §20.42 */
export interface Via {
  /** The version as sent, "2.0". */
  readonly version: string;
  /** Upper case, as "UDP". */
  readonly transport: string;
  /** Sent-by host in lower case without brackets. */
  readonly host: string;
  readonly port: number | undefined;
  /** "" when absent (RFC 2543 peers). */
  readonly branch: string;
  /** undefined: absent; "": asked for. RFC 3581 */
  readonly rport: string | undefined;
  readonly received: string | undefined;
  /** Whether requests back may come over the connection that this one came over. RFC 5923 §4 */
  readonly hasAlias: boolean;
}

/** Reads the first Via of a header value; undefined when malformed. A version other than 2.0 is returned, not refused. */
export function parseVia(value: string): Via | undefined {
  const scanner = new Scanner(value.slice(0, elementEnd(value, 0)).trim());
  if (scanner.token().toUpperCase() !== "SIP" || !scanner.separator("/")) return undefined;
  const version = scanner.token();
  if (version === "" || !scanner.separator("/")) return undefined;
  const transport = scanner.token().toUpperCase();
  if (transport === "" || !scanner.blanks()) return undefined;
  const host = scanner.host();
  if (host === "") return undefined;
  const port = scanner.separator(":") ? portOf(scanner.digits()) : undefined;
  if (port === "malformed") return undefined;
  scanner.blanks();
  const rest = scanner.rest();
  if (rest !== "" && !rest.startsWith(";")) return undefined;
  const parameters = parseParameters(rest);
  return {
    version,
    transport,
    host: withoutBrackets(host).toLowerCase(),
    port,
    branch: parameters.get("branch") ?? "",
    rport: parameters.get("rport"),
    received: parameters.get("received"),
    hasAlias: parameters.has("alias"),
  };
}

function portOf(digits: string): number | "malformed" {
  const port = digits.length > 5 ? 0 : Number(digits);
  return port > 0 && port <= 65_535 ? port : "malformed";
}

/** The header value with the source address in its first Via, as responses need it. RFC 3261 §18.2.1, RFC 3581 §4. A `received` that the sender
 * wrote itself is replaced. */
export function stampVia(value: string, via: Via, sourceHost: string, sourcePort: number): string {
  const needsReceived = via.rport !== undefined || via.host !== sourceHost;
  if (!needsReceived && via.received === undefined) return value;
  const end = elementEnd(value, 0);
  const replaced = via.rport === undefined ? ["received"] : ["received", "rport"];
  const bare = withoutParameters(value.slice(0, end), replaced).trimEnd();
  const rport = via.rport === undefined ? "" : `;rport=${sourcePort}`;
  const received = needsReceived ? `;received=${withoutBrackets(sourceHost)}` : "";
  return `${bare}${received}${rport}${value.slice(end)}`;
}

/** A Via value of ours. We always ask for rport.
 * @param offersAlias whether the far end may send its requests over the same connection. RFC 5923 §4 */
export function printVia(
  { transport, host, port }: { readonly transport: TransportName; readonly host: string; readonly port: number },
  branch: string,
  offersAlias: boolean,
): string {
  const alias = offersAlias ? ";alias" : "";
  return `SIP/2.0/${transportNamed(transport).viaToken} ${withBrackets(host)}:${port};branch=${branch};rport${alias}`;
}
