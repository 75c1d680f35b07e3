import { isIP } from "node:net";
import type { SipMessage } from "../message/message.ts";
import type { SipAddress } from "../types.ts";
import type { Flow } from "./flow.ts";

/** Where the responses to a datagram request go: maddr, else the source with the port of rport (or the source's own),
 * of sent-by, or 5060. RFC 3261 §18.2.2, RFC 3581 §4. Undefined: straight back on `flow`. */
export function datagramResponseTarget(request: SipMessage, flow: Flow): SipAddress | undefined {
  const via = request.via;
  if (via === undefined || flow.isReliable) return undefined;
  if (via.maddr !== undefined && isIP(via.maddr) !== 0) {
    return { transport: "udp", host: via.maddr, port: via.port ?? 5060 };
  }
  if (via.rport !== undefined) return undefined;
  const port = via.port ?? 5060;
  return port === flow.peer.port ? undefined : { ...flow.peer, port };
}

/** Where a response goes when its connection is gone: the source address at the port of sent-by. RFC 3261 §18.2.2 */
export function reconnectTarget(request: SipMessage, flow: Flow): SipAddress {
  return { transport: "tcp", host: flow.peer.host, port: request.via?.port ?? 5060 };
}
