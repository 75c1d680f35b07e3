/** A way of SIP messages over the network. What a room needs to know of one it asks here; nothing tells transports apart by their names.
 * RFC 3261 §18, §19.1.1, §20.42 */
export interface Transport<Name extends string = string> {
  /** As in URIs and in the configuration, lower case. */
  readonly name: Name;
  /** Whether messages arrive, or the connection breaks: nothing is sent again. RFC 3261 §17 */
  readonly isReliable: boolean;
  /** Whether it is encrypted, and the far end proves its name. RFC 3261 §26.2 */
  readonly isSecure: boolean;
  /** The port where none is named. RFC 3261 §19.1.2 */
  readonly defaultPort: number;
  /** As in Via. */
  readonly viaToken: string;
  /** The value of the `transport` parameter by which a SIP URI asks for it; undefined: it is the one without a parameter. */
  readonly uriParameter: string | undefined;
  /** How a domain is found that is called by it; undefined: this server opens no connection of it, and who comes by it is called over the one that
   * he opened. */
  readonly records: TransportRecords | undefined;
  /** What carries the same encrypted, which a sips: URI asks for; undefined: nothing does. RFC 3261 §26.2.2 */
  readonly secured: "tls" | "wss" | undefined;
  /** Whether each message comes in one piece whose length is known, so that it needs no Content-Length. RFC 3261 §18.3, RFC 7118 §5 */
  readonly isFramed: boolean;
  /** What carries requests that are too large for one message of it; undefined: none is. RFC 3261 §18.1.1 */
  readonly forLarge: "tcp" | undefined;
}

/** The records that lead to a transport. */
export interface TransportRecords {
  /** What stands before a domain in the name of its SRV records. RFC 3263 §4.2 */
  readonly srvPrefix: string;
  /** The service of NAPTR records that lead to it. RFC 3263 §4.1 */
  readonly naptrService: string;
}

const udp: Transport<"udp"> = {
  ...{ name: "udp", isReliable: false, isSecure: false, defaultPort: 5060, viaToken: "UDP", uriParameter: undefined },
  ...{ secured: undefined, isFramed: true, forLarge: "tcp" },
  records: { srvPrefix: "_sip._udp", naptrService: "SIP+D2U" },
};
const tcp: Transport<"tcp"> = {
  ...{ name: "tcp", isReliable: true, isSecure: false, defaultPort: 5060, viaToken: "TCP", uriParameter: "tcp" },
  ...{ secured: "tls", isFramed: false, forLarge: undefined },
  records: { srvPrefix: "_sip._tcp", naptrService: "SIP+D2T" },
};

const tls: Transport<"tls"> = {
  ...{ name: "tls", isReliable: true, isSecure: true, defaultPort: 5061, viaToken: "TLS", uriParameter: "tls" },
  ...{ secured: "tls", isFramed: false, forLarge: undefined },
  records: { srvPrefix: "_sips._tcp", naptrService: "SIPS+D2T" },
};

/** Both stand in URIs as `ws`: a browser cannot tell which of them a page has. RFC 7118 §5.2 */
const ws: Transport<"ws"> = {
  ...{ name: "ws", isReliable: true, isSecure: false, defaultPort: 80, viaToken: "WS", uriParameter: "ws" },
  ...{ secured: "wss", isFramed: true, records: undefined, forLarge: undefined },
};
const wss: Transport<"wss"> = {
  ...{ name: "wss", isReliable: true, isSecure: true, defaultPort: 443, viaToken: "WSS", uriParameter: "ws" },
  ...{ secured: "wss", isFramed: true, records: undefined, forLarge: undefined },
};

/** All transports, the usual one first. */
export const transports = [udp, tcp, tls, ws, wss] as const;

/** The name of a transport that is spoken here. */
export type TransportName = (typeof transports)[number]["name"];

/** The transport of URIs and settings that name none. */
export const usualTransport = transports[0];

const byName: Readonly<Record<TransportName, Transport<TransportName>>> = { udp, tcp, tls, ws, wss };

/** The transport of this name. */
export function transportNamed(name: TransportName): Transport<TransportName> {
  return byName[name];
}

/** The transport that a URI or a setting names, in any case; undefined: it is none that is spoken here. */
export function findTransport(text: string): Transport<TransportName> | undefined {
  const name = text.toLowerCase();
  return transports.find((one) => one.name === name);
}

/** Whether a transport, as Via has it, is one of browsers: this server opens no connection of it. RFC 7118 §5.2.2 */
export function isOfBrowsers(viaToken: string | undefined): boolean {
  return transports.some((one) => one.viaToken === viaToken && one.records === undefined);
}

/** Those by which this server calls. */
export const calledTransports: readonly Transport<TransportName>[] = transports.filter(
  ({ records }) => records !== undefined,
);

/** The names for people: "udp, tcp or tls".
 * @param among default: those by which this server calls */
export function transportWords(word: "and" | "or", among: readonly Transport[] = calledTransports): string {
  const names = among.map(({ name }) => name);
  return `${names.slice(0, -1).join(", ")} ${word} ${names.at(-1)}`;
}
