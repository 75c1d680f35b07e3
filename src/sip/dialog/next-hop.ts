import { isIP } from "node:net";
import type { SipMessage } from "../message/message.ts";
import { parseSipUri, uriParameter } from "../message/uri.ts";
import type { Flow } from "../transport/flow.ts";
import type { TransportLayer } from "../transport/transport.ts";
import type { SipAddress } from "../types.ts";
import { nextHopUri, type Dialog } from "./dialog.ts";

/** Whether a request came from behind a NAT: it names another host than the one that it came from, and no proxy on the
 * way asked to stay in it. Then the Contact is of no use and requests go back where messages come from. */
export function isBehindNat(request: SipMessage, flow: Flow): boolean {
  return request.first("record-route") === undefined && request.via?.host !== flow.peer.host;
}

/** The flow for the next request of a dialog. An open connection to the same host is used again whatever its port; a
 * host that is no address (no DNS here) is reached where its last message came from. */
export function flowForDialog(dialog: Dialog, lastFlow: Flow, staysOnFlow: boolean, transport: TransportLayer): Flow {
  const target = staysOnFlow ? undefined : addressOf(nextHopUri(dialog), lastFlow);
  if (target === undefined) return reopen(lastFlow, transport);
  if (target.transport === "tcp" && lastFlow.isReliable && lastFlow.isOpen() && lastFlow.peer.host === target.host) {
    return lastFlow;
  }
  return transport.flowTo(target) ?? reopen(lastFlow, transport);
}

function reopen(flow: Flow, transport: TransportLayer): Flow {
  return flow.isOpen() ? flow : (transport.flowTo(flow.peer) ?? flow);
}

function addressOf(uriText: string, lastFlow: Flow): SipAddress | undefined {
  const uri = parseSipUri(uriText);
  if (uri === undefined || isIP(uri.host) === 0) return undefined;
  const named = uriParameter(uri, "transport")?.toLowerCase();
  const transport = named === "tcp" || named === "udp" ? named : lastFlow.peer.transport;
  return { transport, host: uri.host, port: uri.port ?? 5060 };
}
