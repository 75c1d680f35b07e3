import type { SipNetwork } from "../../src/sip/index.ts";
import type { World } from "./world.ts";

/** The network of a world, but it loses one datagram of ten, sends one of ten twice, and lets others overtake one of five: both ways.
 * @param chance gives numbers from 0, below its limit */
export function createRoughNetwork({ network, waiting }: World, chance: (limit: number) => number): SipNetwork {
  const pass = (deliver: () => void) => {
    const fate = chance(10);
    if (fate === 0) return;
    if (fate === 1) deliver();
    if (fate < 4) waiting.startTimer(1 + chance(40), deliver);
    else deliver();
  };
  return {
    ...network,
    openDatagram: async (host, port, onDatagram) => {
      const state = { isOpen: true };
      const socket = await network.openDatagram(host, port, (bytes, fromHost, fromPort) => {
        // The bytes are the network's own again when this returns.
        const copy = Buffer.from(bytes);
        pass(() => state.isOpen && onDatagram(copy, fromHost, fromPort));
      });
      return {
        ...{ host: socket.host, port: socket.port },
        send: (bytes, toHost, toPort, onError) => {
          pass(() => state.isOpen && socket.send(bytes, toHost, toPort, onError));
        },
        close: () => {
          state.isOpen = false;
          socket.close();
        },
      };
    },
  };
}
