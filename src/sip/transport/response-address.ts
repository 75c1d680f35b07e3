import type { SipMessage } from "../../sip-syntax/index.ts";
import type { SipAddress } from "../types.ts";
import type { Flow } from "./flow.ts";

/** Where the responses to a datagram request go: to its source, at the source's port with rport, else that of sent-by, or 5060. RFC 3261 §18.2.2,
 * RFC 3581 §4. `maddr` is ignored: it is for multicast, which is not supported, and would let a sender direct our responses to somebody else.
 * Undefined: back on `flow`. */
export function datagramResponseAddress(request: SipMessage, flow: Flow): SipAddress | undefined {
  const via = request.via;
  if (via === undefined || flow.transport.isReliable) return undefined;
  if (via.rport !== undefined) return undefined;
  const port = via.port ?? flow.transport.defaultPort;
  return port === flow.peer.port ? undefined : { ...flow.peer, port };
}

/** Where a response goes when its connection is gone: the source address at the port of sent-by. RFC 3261 §18.2.2 */
export function reconnectAddress(request: SipMessage, flow: Flow): SipAddress {
  return { ...flow.peer, port: request.via?.port ?? flow.transport.defaultPort };
}
