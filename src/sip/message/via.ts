import { elementEnd, parseParameters } from "./headers.ts";
import { withBrackets, withoutBrackets } from "./uri.ts";

/** One Via value. RFC 3261 §20.42 */
export interface Via {
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
  readonly maddr: string | undefined;
}

const viaPattern =
  /^SIP\s*\/\s*2\.0\s*\/\s*([A-Za-z0-9\-.!%*_+`'~]+)\s+(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)\s*(?::\s*(\d{1,5}))?\s*(;.*)?$/is;

/** Reads the first Via of a header value; undefined when malformed. */
export function parseVia(value: string): Via | undefined {
  const match = viaPattern.exec(value.slice(0, elementEnd(value, 0)).trim());
  if (match === null) return undefined;
  const parameters = parseParameters(match[4] ?? "");
  const port = match[3] === undefined ? undefined : Number(match[3]);
  if (port !== undefined && (port === 0 || port > 65_535)) return undefined;
  return {
    transport: (match[1] ?? "").toUpperCase(),
    host: withoutBrackets(match[2] ?? "").toLowerCase(),
    port,
    branch: parameters.get("branch") ?? "",
    rport: parameters.get("rport"),
    received: parameters.get("received"),
    maddr: parameters.get("maddr"),
  };
}

/** The header value with the source address written into its first Via, as a response must carry it.
 * RFC 3261 §18.2.1, RFC 3581 §4. A `received` that the sender wrote itself is replaced. */
export function stampVia(value: string, via: Via, sourceHost: string, sourcePort: number): string {
  const needsReceived = via.rport !== undefined || via.host !== sourceHost;
  if (!needsReceived && via.received === undefined) return value;
  const end = elementEnd(value, 0);
  const bare = value
    .slice(0, end)
    .replace(/;\s*received\s*=[^;\s]*/gi, "")
    .replace(/;\s*rport\b\s*(=\s*[^;\s]*)?/gi, via.rport === undefined ? "$&" : "")
    .trimEnd();
  const rport = via.rport === undefined ? "" : `;rport=${sourcePort}`;
  const received = needsReceived ? `;received=${withoutBrackets(sourceHost)}` : "";
  return `${bare}${received}${rport}${value.slice(end)}`;
}

/** A Via value of ours. We always ask for rport. */
export function printVia(transport: "udp" | "tcp", host: string, port: number, branch: string): string {
  return `SIP/2.0/${transport === "udp" ? "UDP" : "TCP"} ${withBrackets(host)}:${port};branch=${branch};rport`;
}
