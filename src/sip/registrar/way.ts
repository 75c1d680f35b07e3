import { isIP } from "node:net";
import { askedTransport, parseNameAddr, parseSipUri } from "../../sip-syntax/index.ts";
import type { Flow } from "../transport/flow.ts";
import type { RegisteredContact, SipTarget } from "../types.ts";
import type { Binding } from "./bindings-machine.ts";

/** The way of an INVITE to a phone: to the proxy that its REGISTER came by, or the address that it names; back over what the REGISTER came over where
 * the phone is reached by nothing else, or names another host than it came from: else anybody could have calls sent to anybody.
 * @param flow what the REGISTER came over; undefined: it is gone */
export function wayTo(binding: Binding, flow: Flow | undefined): RegisteredContact {
  const { uri, path: routes, source } = binding;
  const [proxy] = routes;
  const named = targetOf(proxy === undefined ? uri : (parseNameAddr(proxy)?.uri ?? ""));
  const isAddress = isIP(named.host) !== 0;
  const open = flow?.isOpen() === true ? flow : undefined;
  const isElsewhere = named.host !== source.host;
  const isBound = binding.staysOnFlow || (isElsewhere && !binding.isTrusted) || (proxy === undefined && !isAddress);
  if (isBound) return { uri, routes, over: open, target: source };
  const target = isAddress ? { ...named, transport: named.transport ?? source.transport } : named;
  if (open === undefined || isElsewhere || target.transport !== source.transport)
    return { uri, routes, over: undefined, target };
  const port = target.port ?? open.transport.defaultPort;
  return { uri, routes, over: open.toPort?.(port) ?? open, target: { ...target, port } };
}

/** What a URI names; a transport that is not spoken here counts as none. */
function targetOf(text: string): SipTarget {
  const uri = parseSipUri(text);
  const asked = uri === undefined ? "none" : askedTransport(uri);
  return { host: uri?.host ?? "", port: uri?.port, transport: typeof asked === "string" ? undefined : asked.name };
}
