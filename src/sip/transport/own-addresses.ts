import type { OwnAddress, SipAddress, SipListener, SipNetwork } from "../types.ts";
import { chooseListener, fitsFamily, isSix, isWildcard, wildcardFor } from "./local-address.ts";

/** Decides which of our addresses a peer sees in Contact, Via, From and SDP, and which address RTP binds to. Nothing else decides that. */
export interface OwnAddresses {
  /** Our address for audio towards `peer` on a socket that is bound to `bound`, as the peers of `listener` see it. Without a listener it is
   * chosen as for a request to `peer`; `bound` is its host by default. undefined: `bound`, or every listener, is of another address family, or
   * this machine has no address of that family. */
  towards(peer: SipAddress, bound?: string, listener?: SipListener): OwnAddress | undefined;
  /** What Via and Contact towards `peer` name for a listener, or for our end of a connection. */
  signalled(peer: SipAddress, listener: SipListener): SipAddress;
  /** The listener that requests to `peer` go out from, as `chooseListener` finds it. */
  listenerFor(peer: SipAddress, listeners?: readonly SipListener[]): SipListener | undefined;
}

/** What the addresses are found with. */
export interface OwnAddressOptions {
  /** All open listeners; the list may grow until the first look-up. */
  readonly listeners: readonly SipListener[];
  readonly sourceHost: SipNetwork["sourceHost"];
  /** Whether a peer is on our side of the NAT. */
  readonly isLocal: (peer: SipAddress) => boolean;
  readonly monotonicMs: () => number;
}

/** Routes and interfaces change while we run. */
const keptMs = 10_000;
/** Answers kept at one time; the oldest go. */
const mostKept = 4_096;

/** Makes the finder of own addresses. The system is asked once for each peer, and again after ten seconds. */
export function createOwnAddresses(options: OwnAddressOptions): OwnAddresses {
  const { listeners, isLocal } = options;
  const sourceHost = remember(options.sourceHost, options.monotonicMs);
  /** A call that is routed back to this server comes to one of our own ports. */
  const isOurs = ({ host, port }: SipAddress, local: string) =>
    host === local && listeners.some((one) => one.port === port && (one.host === host || isWildcard(one.host)));
  const listenerFor = (peer: SipAddress, among = listeners) => chooseListener(among, peer, sourceHost);
  /** The address of this machine that packets to the peer leave from. */
  const localFor = (peer: SipAddress, bound: string) => {
    if (!fitsFamily(bound, peer.host)) return undefined;
    return isWildcard(bound) ? sourceHost(peer.host) : bound;
  };
  /** The outside address that applies to the peer; undefined: the local one does. */
  const outsideFor = (peer: SipAddress, local: string, listener: SipListener | undefined) => {
    const advertised = listener?.advertised;
    const address = advertised?.addresses().find((one) => isSix(one) === isSix(peer.host));
    if (advertised === undefined || address === undefined || isOurs(peer, local) || isLocal(peer)) return undefined;
    return { host: advertised.host, port: advertised.port, address };
  };

  return {
    listenerFor,
    towards(peer, bound, listener = listenerFor(peer)) {
      const at = bound ?? listener?.host;
      const local = at === undefined ? undefined : localFor(peer, at);
      if (at === undefined || local === undefined) return undefined;
      return {
        // A socket of the peer's own family: datagrams of IPv4 peers then have plain IPv4 addresses.
        bound: isWildcard(at) ? wildcardFor(peer.host) : at,
        local,
        advertised: outsideFor(peer, local, listener)?.address ?? local,
      };
    },
    signalled(peer, listener) {
      const { transport, host, port } = listener;
      const local = localFor(peer, host) ?? host;
      const outside = outsideFor(peer, local, listener);
      return { transport, host: outside?.host ?? local, port: outside?.port ?? port };
    },
  };
}

function remember(ask: SipNetwork["sourceHost"], monotonicMs: () => number): SipNetwork["sourceHost"] {
  const known = new Map<string, { readonly host: string | undefined; readonly atMs: number }>();
  return (peerHost) => {
    const nowMs = monotonicMs();
    const entry = known.get(peerHost);
    if (entry !== undefined && nowMs - entry.atMs < keptMs) return entry.host;
    known.delete(peerHost);
    const [oldest] = known.size < mostKept ? [] : known.keys();
    if (oldest !== undefined) known.delete(oldest);
    const host = ask(peerHost);
    known.set(peerHost, { host, atMs: nowMs });
    return host;
  };
}
