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
  /** What stands before a domain in the name of its SRV records. RFC 3263 §4.2 */
  readonly srvPrefix: string;
  /** The service of NAPTR records that lead to it. RFC 3263 §4.1 */
  readonly naptrService: string;
  /** What carries requests that are too large for one message of it; undefined: none is. RFC 3261 §18.1.1 */
  readonly forLarge: "tcp" | undefined;
}

const udp: Transport<"udp"> = {
  ...{ name: "udp", isReliable: false, isSecure: false, defaultPort: 5060, viaToken: "UDP", uriParameter: undefined },
  ...{ srvPrefix: "_sip._udp", naptrService: "SIP+D2U", forLarge: "tcp" },
};
const tcp: Transport<"tcp"> = {
  ...{ name: "tcp", isReliable: true, isSecure: false, defaultPort: 5060, viaToken: "TCP", uriParameter: "tcp" },
  ...{ srvPrefix: "_sip._tcp", naptrService: "SIP+D2T", forLarge: undefined },
};

const tls: Transport<"tls"> = {
  ...{ name: "tls", isReliable: true, isSecure: true, defaultPort: 5061, viaToken: "TLS", uriParameter: "tls" },
  ...{ srvPrefix: "_sips._tcp", naptrService: "SIPS+D2T", forLarge: undefined },
};

/** All transports, the usual one first. */
export const transports = [udp, tcp, tls] as const;

/** The name of a transport that is spoken here. */
export type TransportName = (typeof transports)[number]["name"];

/** The transport of URIs and settings that name none. */
export const usualTransport = transports[0];

const byName: Readonly<Record<TransportName, Transport<TransportName>>> = { udp, tcp, tls };

/** The transport of this name. */
export function transportNamed(name: TransportName): Transport<TransportName> {
  return byName[name];
}

/** The transport that a URI or a setting names, in any case; undefined: it is none that is spoken here. */
export function findTransport(text: string): Transport<TransportName> | undefined {
  const name = text.toLowerCase();
  return transports.find((one) => one.name === name);
}

/** The names for people: "udp, tcp or tls". */
export function transportWords(word: "and" | "or"): string {
  const names = transports.map(({ name }) => name);
  return `${names.slice(0, -1).join(", ")} ${word} ${names.at(-1)}`;
}
