import type { SipAddress, SipStream } from "../types.ts";
import type { Carrier, CarrierParts } from "./carrier.ts";
import { isWildcard, wildcardFor } from "./local-address.ts";
import type { OwnAddresses } from "./own-addresses.ts";
import { runConnection, type Connection } from "./stream-connection.ts";
import type { StreamDoor } from "./stream-door.ts";

/** A carrier for connections, which are found again by the peer's address and port. RFC 3261 §18 */
export function createConnections(parts: CarrierParts, door: StreamDoor): Carrier {
  const { transport, network, own, accepted } = parts;
  const open = new Map<string, Connection>();
  const all = new Set<Connection>();
  const listening = new Set<{ close(): void }>();

  /** @param accepting the listener that an accepted connection came to */
  const add = (stream: SipStream, peer: SipAddress, idleMs: number, accepting?: SipAddress): Connection => {
    const key = keyOf(peer);
    const bound = () => (accepting ?? own.listenerFor(peer))?.host ?? wildcardFor(peer.host);
    const connection = runConnection({
      ...{
        transport,
        peer,
        stream,
        clock: parts.clock,
        idleMs,
        wholeMessageMs: parts.idleMs,
        events: parts.events,
        bound,
      },
      localAddress: () => localAddressOf(stream, peer, bound(), accepting ?? own.listenerFor(peer), own),
      onGone() {
        all.delete(connection);
        accepted.remove(stream);
        if (open.get(key) === connection) open.delete(key);
      },
    });
    all.add(connection);
    open.set(key, connection);
    return connection;
  };
  const accept = (stream: SipStream, listener: SipAddress): void => {
    const peer: SipAddress = { transport: transport.name, ...stream.peer };
    if (!accepted.hasRoom(peer.host, 1)) {
      const why = "close those that are not used, or send more calls over each";
      parts.events.onDropped("too-many-connections", peer, why);
      return stream.close();
    }
    add(stream, peer, parts.idleMs * 4, listener);
    return accepted.add(stream, peer.host, 1);
  };

  return {
    async listen({ host, port }, isSixOnly) {
      const why = door.whyNoListener();
      if (why !== undefined) throw new Error(why);
      const address = { transport: transport.name, host, port };
      const take = (stream: SipStream) => accept(stream, address);
      const opened = await network.listenStream(host, port, (stream) => door.accept(stream, take), isSixOnly);
      listening.add(opened);
      address.port = opened.port;
      return address;
    },
    flowTo(destination) {
      const known = open.get(keyOf(destination));
      if (known !== undefined && known.flow.isOpen()) return known.flow;
      return add(door.connect(destination), destination, parts.idleMs).flow;
    },
    socketCount: () => listening.size + all.size + door.pendingCount(),
    close() {
      for (const listener of listening) listener.close();
      listening.clear();
      for (const connection of [...all]) connection.close();
      door.close();
    },
  };
}

/** A connection is used again only by who wants the same far end, which has proved the name that it was called by. */
function keyOf({ host, port, domain = "" }: SipAddress): string {
  return `${host}|${port}|${domain}`;
}

/** The listener with the address that the peer of a connection sees; without a listener of its transport our end of the connection itself. */
function localAddressOf(
  stream: SipStream,
  peer: SipAddress,
  bound: string,
  listener: SipAddress | undefined,
  own: OwnAddresses,
): SipAddress {
  const near = stream.local();
  const isListener = listener?.transport === peer.transport;
  const from = near.host !== "" && (!isListener || isWildcard(bound)) ? near.host : bound;
  const host = own.towards(peer, from)?.advertised ?? from;
  const port = isListener || near.port === 0 ? (listener?.port ?? near.port) : near.port;
  return { transport: peer.transport, host, port };
}
