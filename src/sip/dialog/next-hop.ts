import { BlockList, isIP, isIPv6 } from "node:net";
import { askedTransport, parseSipUri, type SipMessage } from "../../sip-syntax/index.ts";
import type { Flow } from "../transport/flow.ts";
import type { TransportLayer } from "../transport/transport.ts";
import type { SipAddress } from "../types.ts";
import { nextHopUri, type Dialog } from "./dialog.ts";

/** Whether the Contact of a request or response cannot be reached, so that requests go back to where it came from: no proxy recorded its route,
 * and the sender names another address than the one that it came from (a NAT on the way), or a Contact on a private network that is not the
 * sender's (RFC 1918, RFC 6598, RFC 4193). A sender that names itself by a host name says nothing of a NAT. */
export function isBehindNat(message: SipMessage, flow: Flow): boolean {
  if (message.first("record-route") !== undefined) return false;
  const sender = message.start.type === "request" ? message.via?.host : undefined;
  if (sender !== undefined && isIP(sender) !== 0 && !isSameAddress(sender, flow.peer.host)) return true;
  const contact = message.contact?.host ?? "";
  return isIP(contact) !== 0 && isOfAnotherPrivateNetwork(contact, flow.peer.host);
}

/** IPv6 addresses are written in more than one way. */
function isSameAddress(one: string, other: string): boolean {
  if (one === other || !isIPv6(one) || !isIPv6(other)) return one === other;
  const same = new BlockList();
  same.addAddress(one, "ipv6");
  return same.check(other, "ipv6");
}

function isOfAnotherPrivateNetwork(contact: string, source: string): boolean {
  const family = isIP(contact) === 6 ? "ipv6" : "ipv4";
  if (contact === source || !privateNetworks.check(contact, family)) return false;
  if (isIP(contact) !== isIP(source)) return true;
  const sameNetwork = new BlockList();
  sameNetwork.addSubnet(source, family === "ipv6" ? 64 : 24, family);
  return !sameNetwork.check(contact, family);
}

const privateNetworks = new BlockList();
for (const [network, prefix] of [
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["100.64.0.0", 10],
  ["169.254.0.0", 16],
  ["127.0.0.0", 8],
] as const) {
  privateNetworks.addSubnet(network, prefix, "ipv4");
}
for (const [network, prefix] of [
  ["fc00::", 7],
  ["fe80::", 10],
  ["::1", 128],
] as const) {
  privateNetworks.addSubnet(network, prefix, "ipv6");
}

/** The flow for the next request of a dialog. An open connection to the same host is used again whatever its port; a host that is no
 * address is reached where its last message came from.
 * @param staysOnFlow whether it goes to where the last message came from, whatever the Contact says
 * @param named the address of a next hop that is a name, where it is known */
export function flowForDialog(
  dialog: Dialog,
  lastFlow: Flow,
  staysOnFlow: boolean,
  transport: TransportLayer,
  named?: SipAddress,
): Flow {
  // Who is not called by his transport is reached by what he opened.
  const isBound = staysOnFlow || lastFlow.transport.records === undefined;
  const destination = isBound ? undefined : (addressOf(nextHopUri(dialog), lastFlow, transport) ?? named);
  if (destination === undefined) return reopen(lastFlow, transport);
  if (
    lastFlow.transport.isReliable &&
    destination.transport === lastFlow.transport.name &&
    lastFlow.isOpen() &&
    lastFlow.peer.host === destination.host
  ) {
    return lastFlow;
  }
  return transport.flowTo(destination, lastFlow) ?? reopen(lastFlow, transport);
}

function reopen(flow: Flow, transport: TransportLayer): Flow {
  return flow.isOpen() ? flow : (transport.flowTo(flow.peer) ?? flow);
}

/** TLS that a URI asks for counts where this server listens for it, or the far end speaks it. Elsewhere a proxy has it on its other side. */
function addressOf(uriText: string, lastFlow: Flow, { listeners }: TransportLayer): SipAddress | undefined {
  const uri = parseSipUri(uriText);
  if (uri === undefined || isIP(uri.host) === 0) return undefined;
  const asked = askedTransport(uri);
  const isSpoken =
    asked !== "none" &&
    asked !== "unknown" &&
    (!asked.isSecure || lastFlow.transport.isSecure || listeners.some((listener) => listener.transport === asked.name));
  const { name, defaultPort } = isSpoken ? asked : lastFlow.transport;
  const address = { transport: name, host: uri.host, port: uri.port ?? defaultPort };
  // A far end that has proved its domain has to prove it again.
  const { host, transport, domain } = lastFlow.peer;
  return domain !== undefined && host === uri.host && transport === name ? { ...address, domain } : address;
}
