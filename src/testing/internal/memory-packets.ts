import type { Clock } from "../../kernel/index.ts";
import type { PacketIo, PacketReceiver, PacketSocket } from "../../media/index.ts";

/** Ports that are given out for port 0. */
const freePorts = { first: 30_000, last: 60_000 } as const;

/** Datagrams inside the process, for the sessions of one or of many media rooms: each takes `latencyMs` of the clock, in order. */
export function createMemoryPackets(clock: Clock, latencyMs = 1): PacketIo {
  const open = new Map<string, PacketReceiver>();
  const keyOf = (address: string, port: number) => `${address}:${port}`;
  let nextPort: number = freePorts.first;

  const freePort = (address: string): number => {
    for (let count = 0; count <= freePorts.last - freePorts.first; count++) {
      const port = nextPort;
      nextPort = nextPort === freePorts.last ? freePorts.first : nextPort + 1;
      if (!open.has(keyOf(address, port))) return port;
    }
    throw inUse(`no port of ${address} is free`);
  };

  return {
    open: async (address, wantedPort, receive) => {
      const port = wantedPort === 0 ? freePort(address) : wantedPort;
      const own = keyOf(address, port);
      if (open.has(own)) throw inUse(`${own} is taken`);
      const source = { address, port };
      const socket: PacketSocket = {
        port,
        first: undefined,
        prepare: (to, toPort) => ({ address: to, port: toPort, prepared: keyOf(to, toPort) }),
        send: (packet, { prepared }) => {
          const copy = packet.slice();
          clock.startTimer(latencyMs, () => open.get(prepared as string)?.(copy, source));
        },
        close: async () => void open.delete(own),
      };
      open.set(own, (packet, from) => {
        if (socket.first?.takes(packet, from) !== true) receive(packet, from);
      });
      return socket;
    },
  };
}

function inUse(message: string): Error {
  return Object.assign(new Error(message), { code: "EADDRINUSE" });
}
