/** A host, and its port where one is named. */
export interface HostPort {
  /** Without the brackets of IPv6, as it was written. */
  readonly host: string;
  /** 0 to 65535. */
  readonly port: number | undefined;
}

const hostPort = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?$/;

/** Reads `host`, `host:port` or `[IPv6]:port`; undefined when it is none of them. RFC 3261 §25.1 (hostport) */
export function parseHostPort(text: string): HostPort | undefined {
  const [, host, digits] = hostPort.exec(text) ?? [];
  const port = digits === undefined ? undefined : Number(digits);
  if (host === undefined || (port !== undefined && port > 65_535)) return undefined;
  return { host: withoutBrackets(host), port };
}

/** An IPv6 address in the brackets that URIs and Via want; other hosts as they are. */
export function withBrackets(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}

/** Takes the brackets off an IPv6 host. */
export function withoutBrackets(host: string): string {
  return host.startsWith("[") ? host.slice(1, -1) : host;
}
