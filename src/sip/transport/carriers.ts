import { transportNamed, type TransportName } from "../../sip-syntax/index.ts";
import type { Carrier, CarrierParts } from "./carrier.ts";
import { createConnections } from "./connections.ts";
import { createDatagrams } from "./datagrams.ts";
import { createSecureDoor } from "./secure-door.ts";
import { openDoor } from "./stream-door.ts";

/** Makes what opens the sockets of each transport. */
export function makeCarriers(parts: Omit<CarrierParts, "transport">): Readonly<Record<TransportName, Carrier>> {
  return {
    udp: createDatagrams({ ...parts, transport: transportNamed("udp") }),
    tcp: createConnections({ ...parts, transport: transportNamed("tcp") }, openDoor(parts.network)),
    tls: createConnections({ ...parts, transport: transportNamed("tls") }, createSecureDoor(parts)),
  };
}
