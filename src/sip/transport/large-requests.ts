import type { Clock } from "../../kernel/index.ts";
import type { SipAddress } from "../types.ts";
import type { Flow } from "./flow.ts";

/** How long a peer may take to take a connection, which the request waits for. Shorter than for connections that nothing can stand in for: whoever
 * sends the request has limits of its own. */
const longestConnectMs = 1_500;
/** How long a peer that takes no connection gets large requests as datagrams before it is tried again. */
const rememberedMs = 600_000;
/** Peers remembered at one time; the oldest go. */
const mostRemembered = 4_096;

/** Decides which requests are too large for a datagram. RFC 3261 §18.1.1 */
export interface LargeRequests {
  /** The flow that a request of so many bytes takes in place of `flow`; undefined: it stays on that, as where a NAT lets only that one through. */
  flowFor(sizeBytes: number, flow: Flow): Flow | undefined;
}

/** Makes the choice.
 * @param largestBytes the largest request that goes as a datagram
 * @param flowTo opens a flow, or finds the open one */
export function createLargeRequests({
  largestBytes,
  flowTo,
  clock,
}: {
  readonly largestBytes: number;
  readonly flowTo: (destination: SipAddress) => Flow | undefined;
  readonly clock: Clock;
}): LargeRequests {
  /** When each peer refused, the oldest first. */
  const refused = new Map<string, number>();
  const keyOf = ({ host, port }: SipAddress) => `${host}|${port}`;
  const noteRefused = (peer: SipAddress) => {
    const key = keyOf(peer);
    refused.delete(key);
    const [oldest] = refused.size < mostRemembered ? [] : refused.keys();
    if (oldest !== undefined) refused.delete(oldest);
    refused.set(key, clock.monotonicMs());
  };

  return {
    flowFor(sizeBytes, { transport, peer, leadsBack }) {
      if (sizeBytes <= largestBytes || transport.forLarge === undefined || leadsBack === true) return undefined;
      const atMs = refused.get(keyOf(peer));
      if (atMs !== undefined && clock.monotonicMs() - atMs < rememberedMs) return undefined;
      const over = flowTo({ ...peer, transport: transport.forLarge });
      if (over === undefined) return undefined;
      const stop = over.watch(() => {
        limit.cancel();
        noteRefused(peer);
      });
      const limit = clock.startTimer(longestConnectMs, () => {
        over.giveUpConnecting?.(longestConnectMs);
        stop();
      });
      return over;
    },
  };
}
