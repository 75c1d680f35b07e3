/** A host, and its port where one is named. */
export interface HostPort {
  /** Without the brackets of IPv6, as it was written. */
  readonly host: string;
  /** 0 to 65535. */
  readonly port: number | undefined;
}

/** A host name as an operator writes it: labels of 1 to 63 letters, digits and hyphens; its length (253) is checked apart. RFC 1123 §2.1 */
export const hostNamePattern =
  /^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;
/** Most characters of a host name. RFC 1035 §2.3.4 */
export const longestHostName = 253;

/** Whether a text can be looked up as a host name, as networks have them: with underscores too, and a dot at the end. Digits and dots alone are an
 * address that is wrong. */
export function isHostName(text: string): boolean {
  const fits = text.length <= longestHostName && /^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_.])?$/.test(text);
  return fits && !/^[\d.]+$/.test(text);
}

const hostPort = /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?$/;

/** Reads `host`, `host:port` or `[IPv6]:port`; undefined when it is none of them. RFC 3261 §25.1 (hostport) */
export function parseHostPort(text: string): HostPort | undefined {
  if (!hostPort.test(text)) return undefined;
  // Colons stand in brackets too.
  const colon = text.indexOf(":", text.indexOf("]") + 1);
  if (colon < 0) return { host: withoutBrackets(text), port: undefined };
  const port = Number(text.slice(colon + 1));
  return port > 65_535 ? undefined : { host: withoutBrackets(text.slice(0, colon)), port };
}

/** An IPv6 address in the brackets that URIs and Via want; other hosts as they are. */
export function withBrackets(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}

/** Takes the brackets off an IPv6 host. */
export function withoutBrackets(host: string): string {
  return host.startsWith("[") ? host.slice(1, -1) : host;
}
