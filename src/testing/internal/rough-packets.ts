import type { Clock } from "../../kernel/index.ts";
import type { PacketIo, PacketSocket } from "../../media/index.ts";

/** What a relay between sockets does to the packets that one of them sends. */
export interface Roughness {
  /** Share of packets that are lost, each by chance; or how many of each hundred are lost in a row. */
  readonly lossRatio?: number;
  readonly burstOf100?: number;
  readonly duplicateRatio?: number;
  /** Each packet takes this long, and up to `jitterMs` more, evenly. One that takes longer than the next overtakes nothing, unless `reorders`. */
  readonly delayMs?: number;
  readonly jitterMs?: number;
  readonly reorders?: boolean;
}

/** What the relay did to the packets of one socket. */
export interface RoughTraffic {
  sent: number;
  lost: number;
  duplicated: number;
  /** Packets that came behind one that was sent after them. */
  overtaken: number;
  /** Sum of how much the delay differs from packet to packet, in order of their arrival, and of how many that is; without duplicates. */
  delayChangesMs: number;
  delayChanges: number;
}

/** Sockets with a relay between them: RTP and RTCP pass it, and it treats RTP as it is told for each port. */
export interface RoughPackets extends PacketIo {
  /** From now on, for what `port` sends. RTCP of the next port takes the delay only. */
  treat(port: number, roughness: Roughness): void;
  /** What was done to what `port` sent. */
  did(port: number): Readonly<RoughTraffic>;
}

/** Puts a relay before `io`.
 * @param random gives 0 to below 1 */
export function createRoughPackets(io: PacketIo, clock: Clock, random: () => number): RoughPackets {
  const treated = new Map<number, Roughness>();
  const traffic = new Map<number, RoughTraffic>();
  const did = (port: number) => {
    const known = traffic.get(port) ?? {
      ...{ sent: 0, lost: 0, duplicated: 0, overtaken: 0, delayChangesMs: 0, delayChanges: 0 },
    };
    traffic.set(port, known);
    return known;
  };

  const roughly = (socket: PacketSocket): PacketSocket => {
    const order = { next: 0, newest: -1, lastDelayMs: undefined as number | undefined, freeAtMs: 0 };
    const arrive = (number: number, sentMs: number, send: () => void) => {
      const counts = did(socket.port);
      const delayMs = clock.monotonicMs() - sentMs;
      if (order.lastDelayMs !== undefined) {
        counts.delayChangesMs += Math.abs(delayMs - order.lastDelayMs);
        counts.delayChanges++;
      }
      order.lastDelayMs = delayMs;
      if (number < order.newest) counts.overtaken++;
      order.newest = Math.max(order.newest, number);
      send();
    };
    return {
      ...socket,
      get first() {
        return socket.first;
      },
      set first(taker) {
        socket.first = taker;
      },
      send: (packet, destination) => {
        const rough = treated.get(socket.port);
        const beside = treated.get(socket.port - 1);
        if (rough === undefined && beside === undefined) return socket.send(packet, destination);
        const copy = packet.slice();
        const send = () => socket.send(copy, destination);
        if (rough === undefined) return void clock.startTimer(beside?.delayMs ?? 0, send);
        const counts = did(socket.port);
        const number = order.next++;
        counts.sent++;
        if (random() < (rough.lossRatio ?? 0) || (number + 50) % 100 < (rough.burstOf100 ?? 0)) {
          counts.lost++;
          return;
        }
        const nowMs = clock.monotonicMs();
        const ownMs = (rough.delayMs ?? 0) + random() * (rough.jitterMs ?? 0);
        const delayMs = rough.reorders === true ? ownMs : Math.max(ownMs, order.freeAtMs - nowMs);
        order.freeAtMs = nowMs + delayMs;
        clock.startTimer(delayMs, () => arrive(number, nowMs, send));
        if (random() >= (rough.duplicateRatio ?? 0)) return;
        counts.duplicated++;
        clock.startTimer(delayMs + 1, send);
      },
    };
  };

  return {
    open: async (address, port, receive) => roughly(await io.open(address, port, receive)),
    treat: (port, roughness) => void treated.set(port, roughness),
    did,
  };
}
