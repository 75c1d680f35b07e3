import type { Clock, SourceQuota } from "../../kernel/index.ts";
import type { Transport, TransportName } from "../../sip-syntax/index.ts";
import type { SipAddress, SipCertificates, SipListener, SipNetwork, SipStream } from "../types.ts";
import type { Flow, TransportEvents } from "./flow.ts";
import type { OwnAddresses } from "./own-addresses.ts";

/** What opens the sockets of one transport. */
export interface Carrier {
  /** Opens a listener, and gives the address really bound. Rejects when it cannot be bound.
   * @param isSixOnly whether a listener on :: takes no IPv4 */
  listen(listener: SipListener, isSixOnly: boolean): Promise<SipListener>;
  /** The flow to `destination`; undefined when no listener fits. */
  flowTo(destination: SipAddress, last?: Flow): Flow | undefined;
  /** The flow from this listener back to where a datagram came from; connections have none. */
  flowBackTo?(peer: SipAddress, listener: Pick<SipAddress, "host" | "port">): Flow | undefined;
  /** Listeners and connections. */
  socketCount(): number;
  close(): void;
}

/** What a carrier is made with. */
export interface CarrierParts {
  readonly transport: Transport<TransportName>;
  readonly network: SipNetwork;
  readonly clock: Clock;
  readonly events: TransportEvents;
  readonly own: OwnAddresses;
  /** Accepted connections, of all carriers. */
  readonly accepted: SourceQuota<SipStream>;
  /** Bytes of messages that have begun and are not complete, of all carriers. */
  readonly unfinished: SourceQuota<SipStream>;
  readonly idleMs: number;
  /** Whether connections to and from this far end carry requests in both directions. RFC 5923 */
  readonly isTrunk: (peer: SipAddress) => boolean;
  readonly certificates: () => SipCertificates;
}
