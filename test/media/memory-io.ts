import type { PacketDestination, PacketIo, PacketReceiver, PacketSocket } from "../../src/media/io/packet-io.ts";

/** A network in memory: what its sockets send goes to `onSent`, and tests give them packets.
 * @param onSent gets each packet, whose memory is used again, with the port that it leaves by
 * @param asksFirst false: who wants packets before their receiver gets none */
export function createMemoryIo(
  onSent: (packet: Uint8Array, to: PacketDestination, from: number) => void,
  asksFirst = true,
): {
  readonly io: PacketIo;
  /** What a packet is given to, by the port that it arrives at. */
  readonly open: Map<number, PacketReceiver>;
  /** Packets that were taken before their receiver. */
  readonly taken: () => number;
} {
  let taken = 0;
  const open = new Map<number, PacketReceiver>();
  const io: PacketIo = {
    async open(_address, port, receive) {
      if (open.has(port)) throw Object.assign(new Error("in use"), { code: "EADDRINUSE" });
      const socket: PacketSocket = {
        port,
        first: undefined,
        prepare: (address, toPort) => ({ address, port: toPort, prepared: undefined }),
        send: (packet, to) => onSent(packet, to, port),
        close: async () => void open.delete(port),
      };
      open.set(port, (packet, source) => {
        if (asksFirst && socket.first?.takes(packet, source) === true) taken++;
        else receive(packet, source);
      });
      return socket;
    },
  };
  return { io, open, taken: () => taken };
}
