import type { SipAddress, SipStream } from "../types.ts";
import type { Carrier, CarrierParts } from "./carrier.ts";
import { isWildcard, wildcardFor } from "./local-address.ts";
import type { OwnAddresses } from "./own-addresses.ts";
import { runConnection, type Connection } from "./stream-connection.ts";

/** A carrier for connections, which are found again by the peer's address and port. RFC 3261 §18 */
export function createConnections(parts: CarrierParts): Carrier {
  const { transport, network, own, accepted } = parts;
  const open = new Map<string, Connection>();
  const all = new Set<Connection>();
  const listening = new Set<{ close(): void }>();

  /** @param accepting the listener that an accepted connection came to */
  const add = (stream: SipStream, idleMs: number, accepting?: SipAddress): Connection => {
    const peer: SipAddress = { transport: transport.name, ...stream.peer };
    const key = `${peer.host}|${peer.port}`;
    const bound = () => (accepting ?? own.listenerFor(peer))?.host ?? wildcardFor(peer.host);
    const connection = runConnection({
      ...{ transport, stream, clock: parts.clock, idleMs, wholeMessageMs: parts.idleMs, events: parts.events, bound },
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
    const { host } = stream.peer;
    if (!accepted.hasRoom(host, 1)) {
      parts.events.onTooMany({ transport: transport.name, ...stream.peer });
      return stream.close();
    }
    add(stream, parts.idleMs * 4, listener);
    return accepted.add(stream, host, 1);
  };

  return {
    async listen({ host, port }, isSixOnly) {
      const address = { transport: transport.name, host, port };
      const opened = await network.listenStream(host, port, (stream) => accept(stream, address), isSixOnly);
      listening.add(opened);
      address.port = opened.port;
      return address;
    },
    flowTo({ host, port }) {
      const known = open.get(`${host}|${port}`);
      if (known !== undefined && known.flow.isOpen()) return known.flow;
      return add(network.connectStream(host, port), parts.idleMs).flow;
    },
    socketCount: () => listening.size + all.size,
    close() {
      for (const listener of listening) listener.close();
      listening.clear();
      for (const connection of [...all]) connection.close();
    },
  };
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
