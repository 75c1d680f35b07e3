import { isIP } from "node:net";
import { askedTransport, parseNameAddr, parseSipUri, transportNamed } from "../../sip-syntax/index.ts";
import type { Flow } from "../transport/flow.ts";
import type { RegisteredContact, SipTarget } from "../types.ts";
import type { Binding } from "./bindings-machine.ts";

/** The way of an INVITE to a phone: to the proxy that its REGISTER came by, or the address that it names; back over what the REGISTER came over where
 * the phone is reached by nothing else, or names another host than it came from: else anybody could have calls sent to anybody.
 * @param flow what the REGISTER came over; undefined: it is gone */
export function wayTo(binding: Binding, flow: Flow | undefined): RegisteredContact {
  const { uri, path: routes, source } = binding;
  const open = flow?.isOpen() === true ? flow : undefined;
  if (isBoundToFlow(binding)) return { uri, routes, over: open, target: source };
  const named = nextHopOf(binding);
  const target = isIP(named.host) === 0 ? named : { ...named, transport: named.transport ?? source.transport };
  if (open === undefined || named.host !== source.host || target.transport !== source.transport)
    return { uri, routes, over: undefined, target };
  const port = target.port ?? open.transport.defaultPort;
  return { uri, routes, over: open.toPort?.(port) ?? open, target: { ...target, port } };
}

/** Whether a phone is reached by nothing but what its REGISTER came over. */
export function isBoundToFlow(binding: Binding): boolean {
  const { host, transport } = nextHopOf(binding);
  const isElsewhere = host !== binding.source.host;
  const hasNoAddress = binding.path.length === 0 && isIP(host) === 0;
  const isNotCalled = [binding.source.transport, transport].some((name) => name && !transportNamed(name).records);
  return binding.staysOnFlow || (isElsewhere && !binding.isTrusted) || hasNoAddress || isNotCalled;
}

/** The proxy that a phone registered by, else what its contact names. */
function nextHopOf({ uri, path: [proxy] }: Binding): SipTarget {
  return targetOf(proxy === undefined ? uri : (parseNameAddr(proxy)?.uri ?? ""));
}

/** What a URI names; a transport that is not spoken here counts as none. */
function targetOf(text: string): SipTarget {
  const uri = parseSipUri(text);
  const asked = uri === undefined ? "none" : askedTransport(uri);
  return { host: uri?.host ?? "", port: uri?.port, transport: typeof asked === "string" ? undefined : asked.name };
}
