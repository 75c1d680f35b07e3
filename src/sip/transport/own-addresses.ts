import type { OwnAddress, SipAddress, SipAdvertise, SipNetwork } from "../types.ts";
import { chooseListener, fitsFamily, isSix, isWildcard, wildcardFor } from "./local-address.ts";

/** Decides which of our addresses a peer sees in Contact, Via, From and SDP, and which address RTP binds to. Nothing else decides that. */
export interface OwnAddresses {
  /** Our address towards `peer` on a socket that is bound to `bound`, for example the listener that a request came to. Without `bound` the
   * listener is chosen as for a request to `peer`. undefined: `bound`, or every listener, is of another address family, or this machine
   * has no address of that family. */
  towards(peer: SipAddress, bound?: string): OwnAddress | undefined;
  /** The listener that requests to `peer` go out from, as `chooseListener` finds it. */
  listenerFor(peer: SipAddress, listeners?: readonly SipAddress[]): SipAddress | undefined;
}

/** What the addresses are found with. */
export interface OwnAddressOptions {
  /** All open listeners; the list may grow until the first look-up. */
  readonly listeners: readonly SipAddress[];
  readonly sourceHost: SipNetwork["sourceHost"];
  readonly advertise: SipAdvertise | undefined;
  readonly monotonicMs: () => number;
}

/** Routes and interfaces change while we run. */
const keptMs = 10_000;
/** Answers kept at one time; the oldest go. */
const mostKept = 4_096;

/** Makes the finder of own addresses. The system is asked once for each peer, and again after ten seconds. */
export function createOwnAddresses(options: OwnAddressOptions): OwnAddresses {
  const { listeners, advertise } = options;
  const sourceHost = remember(options.sourceHost, options.monotonicMs);
  /** A call that is routed back to this server comes to one of our own ports. */
  const isOurs = ({ host, port }: SipAddress, local: string) =>
    host === local && listeners.some((one) => one.port === port && (one.host === host || isWildcard(one.host)));
  const listenerFor = (peer: SipAddress, among = listeners) => chooseListener(among, peer, sourceHost);

  return {
    listenerFor,
    towards(peer, bound = listenerFor(peer)?.host) {
      if (bound === undefined || !fitsFamily(bound, peer.host)) return undefined;
      const isEverywhere = isWildcard(bound);
      const local = isEverywhere ? sourceHost(peer.host) : bound;
      if (local === undefined) return undefined;
      const isAdvertised =
        advertise !== undefined &&
        isSix(advertise.host) === isSix(peer.host) &&
        !isOurs(peer, local) &&
        !advertise.isLocal(peer);
      return {
        // A socket of the peer's own family: datagrams of IPv4 peers then have plain IPv4 addresses.
        bound: isEverywhere ? wildcardFor(peer.host) : bound,
        local,
        advertised: isAdvertised ? advertise.host : local,
      };
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
