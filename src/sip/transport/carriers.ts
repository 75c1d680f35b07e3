import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import type { Duplex } from "node:stream";
import { transportNamed, type TransportName } from "../../sip-syntax/index.ts";
import type { SipCertificates, WebSocketRules } from "../types.ts";
import type { Carrier, CarrierParts } from "./carrier.ts";
import { createConnections } from "./connections.ts";
import { createDatagrams } from "./datagrams.ts";
import { withoutMappedPrefix } from "./local-address.ts";
import { createSecureDoor } from "./secure-door.ts";
import { openDoor } from "./stream-door.ts";
import { createWebSocketDoor } from "./web-socket-door.ts";
import { createWebSocketUpgrader } from "./web-socket-upgrade.ts";

/** What opens the sockets of each transport. */
export interface Carriers {
  readonly byName: Readonly<Record<TransportName, Carrier>>;
  /** Takes a request for a WebSocket that came to a port which is not one of ours. */
  takeWebSocket(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** Makes what opens the sockets of each transport. */
export function makeCarriers({
  webSockets,
  ...parts
}: Omit<CarrierParts, "transport"> & { readonly webSockets: WebSocketRules }): Carriers {
  const { network, clock, events } = parts;
  const upgrader = createWebSocketUpgrader(webSockets, events);
  const connections = (name: TransportName, door: Parameters<typeof createConnections>[1]) =>
    createConnections({ ...parts, transport: transportNamed(name) }, door);
  const tls = () => createSecureDoor(parts);
  const tlsOfBrowsers = () => createSecureDoor({ ...parts, certificates: askNobody(parts.certificates) });
  const webSocketDoor = (isSecure: boolean) =>
    createWebSocketDoor({ before: isSecure ? tlsOfBrowsers() : openDoor(network), isSecure, clock, events, upgrader });
  const [ws, wss] = [connections("ws", webSocketDoor(false)), connections("wss", webSocketDoor(true))];
  return {
    byName: {
      udp: createDatagrams({ ...parts, transport: transportNamed("udp") }),
      tcp: connections("tcp", openDoor(network)),
      tls: connections("tls", tls()),
      ...{ ws, wss },
    },
    takeWebSocket(request, socket, head) {
      const isSecure = request.socket instanceof TLSSocket;
      const { remoteAddress = "", remotePort = 0, localAddress = "", localPort = 0 } = request.socket;
      const ends = {
        peer: { host: withoutMappedPrefix(remoteAddress), port: remotePort },
        local: { host: withoutMappedPrefix(localAddress), port: localPort },
      };
      upgrader.upgrade({ request, socket, head, isSecure, ends }, (stream) => (isSecure ? wss : ws).adopt(stream));
    },
  };
}

/** The same without a demand for certificates of far ends: browsers have none. */
function askNobody(certificates: () => SipCertificates): () => SipCertificates {
  let last: { readonly of: SipCertificates; readonly without: SipCertificates } | undefined;
  return () => {
    const now = certificates();
    if (last?.of !== now) {
      const { authoritiesOf: _authoritiesOf, clients: _clients, ...without } = now;
      last = { of: now, without };
    }
    return last.without;
  };
}
