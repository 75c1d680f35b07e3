import { transportNamed } from "../../sip-syntax/index.ts";
import type { SipAddress, SipListener, SipStream } from "../types.ts";
import type { Carrier, CarrierParts } from "./carrier.ts";
import type { TransportEvents } from "./flow.ts";
import { isWildcard, wildcardFor } from "./local-address.ts";
import type { OwnAddresses } from "./own-addresses.ts";
import { runConnection, type Connection } from "./stream-connection.ts";
import type { StreamDoor } from "./stream-door.ts";

/** What carries connections. */
export interface Connections extends Carrier {
  /** Takes a connection that came to a port which is none of its listeners. */
  adopt(stream: SipStream): void;
}

/** A carrier for connections, which are found again by the peer's address and port. RFC 3261 §18 */
export function createConnections(parts: CarrierParts, door: StreamDoor): Connections {
  const { transport, network, own, accepted } = parts;
  const open = new Map<string, Connection>();
  /** Accepted connections by the address that their far end listens at. RFC 5923 §5 */
  const aliases = new Map<string, { readonly connection: Connection; readonly stream: SipStream }>();
  const all = new Set<Connection>();
  const listening = new Set<{ close(): void }>();

  /** @param accepting the listener that an accepted connection came to */
  const add = (stream: SipStream, peer: SipAddress, idleMs: number, accepting?: SipListener): Connection => {
    const key = keyOf(peer);
    const held: { alias?: string } = {};
    const listener = () => accepting ?? own.listenerFor(peer);
    const takeMessage: TransportEvents["onMessage"] = (message, flow) => {
      const { via } = message;
      if (
        held.alias === undefined &&
        via?.hasAlias === true &&
        message.start.type === "request" &&
        parts.isTrunk(peer)
      ) {
        held.alias = aliasOf({ host: peer.host, port: via.port ?? transport.defaultPort });
        aliases.set(held.alias, { connection, stream });
      }
      parts.events.onMessage(message, flow);
    };
    const connection = runConnection({
      ...{
        transport,
        peer,
        stream,
        clock: parts.clock,
        idleMs,
        wholeMessageMs: parts.idleMs,
        isOurs: accepting === undefined,
        unfinished: parts.unfinished,
        events: accepting === undefined ? parts.events : { ...parts.events, onMessage: takeMessage },
        listener,
        offersAlias: () => accepting === undefined && listener()?.transport === peer.transport && parts.isTrunk(peer),
      },
      localAddress: () => localAddressOf(stream, peer, listener(), own),
      onGone() {
        all.delete(connection);
        accepted.remove(stream);
        if (open.get(key) === connection) open.delete(key);
        if (held.alias !== undefined && aliases.get(held.alias)?.connection === connection) aliases.delete(held.alias);
      },
    });
    all.add(connection);
    open.set(key, connection);
    return connection;
  };
  const accept = (stream: SipStream, listener: SipListener): void => {
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
    async listen({ host, port, advertised }, isSixOnly) {
      const why = door.whyNoListener();
      if (why !== undefined) throw new Error(why);
      const address = { transport: transport.name, host, port, advertised };
      const take = (stream: SipStream) => accept(stream, address);
      const meet = (stream: SipStream) => {
        if (parts.events.hears({ transport: transport.name, ...stream.peer })) return door.accept(stream, take);
        return stream.close();
      };
      const opened = await network.listenStream(host, port, meet, isSixOnly);
      listening.add(opened);
      address.port = opened.port;
      return address;
    },
    adopt: (stream) => accept(stream, { transport: transport.name, ...stream.local() }),
    flowTo(destination) {
      const known = open.get(keyOf(destination));
      if (known !== undefined && known.flow.isOpen()) return known.flow;
      const alias = aliases.get(aliasOf(destination));
      if (alias !== undefined && isFarEnd(alias.stream, destination)) return alias.connection.flow;
      // By some transports nobody is called but who has called before.
      if (transport.records === undefined) return undefined;
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

/** Whether a connection that was accepted leads to `destination`: where transports are secure, that is proved by a certificate. RFC 5923 §5 */
function isFarEnd(stream: SipStream, { transport, host, domain = host }: SipAddress): boolean {
  return !transportNamed(transport).isSecure || stream.isOf?.(domain) === true;
}

function aliasOf({ host, port }: Pick<SipAddress, "host" | "port">): string {
  return `${host}|${port}`;
}

/** A connection is used again only by who wants the same far end, which has proved the name that it was called by. */
function keyOf({ host, port, domain = "" }: SipAddress): string {
  return `${host}|${port}|${domain}`;
}

/** The listener with the address that the peer of a connection sees; without a listener of its transport our end of the connection itself. */
function localAddressOf(
  stream: SipStream,
  peer: SipAddress,
  listener: SipListener | undefined,
  own: OwnAddresses,
): SipAddress {
  const near = stream.local();
  const isListener = listener?.transport === peer.transport;
  const bound = listener?.host ?? wildcardFor(peer.host);
  const host = near.host !== "" && (!isListener || isWildcard(bound)) ? near.host : bound;
  const port = isListener || near.port === 0 ? (listener?.port ?? near.port) : near.port;
  const { advertised } = listener ?? {};
  // The outside port of a listener leads there and not to our end of a connection.
  const outside = isListener || advertised === undefined ? advertised : { ...advertised, port: undefined };
  return own.signalled(peer, { transport: peer.transport, host, port, advertised: outside });
}
