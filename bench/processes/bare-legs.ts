import { systemClock, type Clock } from "../../src/kernel/index.ts";
import { createBatchedIo } from "../../src/media/io/batched.ts";
import { createDgramIo } from "../../src/media/io/dgram.ts";
import type { PacketDestination, PacketIo, PacketSocket } from "../../src/media/io/packet-io.ts";
import { runInRealTime } from "../../src/media/worker/real-time.ts";
import { readCpu } from "../cpu.ts";
import type { LegUse, MoreLegs } from "../leg-kinds.ts";
import { serveCommands } from "../peer.ts";

/** The packets of legs without what our legs are: `talk` sends 50 a second and takes what comes, `relay` passes what comes on
 * to the other leg of a pair. */
export interface BareWork {
  readonly way: "dgram" | "batched";
  readonly pattern: "talk" | "relay";
}

interface Leg {
  readonly socket: PacketSocket;
  readonly destination: PacketDestination;
  /** Of a pair. */
  other: Leg | undefined;
  packets: number;
  /** Its own: `dgram` may send it after the next one's turn. */
  readonly packet: Buffer;
}

const slotCount = 20;
const legs: Leg[] = [];
const state: { io: PacketIo; clock: Clock; pattern: BareWork["pattern"]; turn: number; startMs: number } = {
  ...{ io: createDgramIo(), clock: systemClock, pattern: "talk", turn: 0, startMs: 0 },
};

async function open(remotePort: number): Promise<Leg> {
  const { io, pattern } = state;
  const heard = { leg: undefined as Leg | undefined };
  const socket = await io.open("127.0.0.1", 0, (bytes) => {
    const other = heard.leg?.other;
    other?.socket.send(bytes, other.destination);
  });
  const leg: Leg = {
    ...{ socket, destination: socket.prepare("127.0.0.1", remotePort), packets: 0 },
    ...{ other: undefined, packet: Buffer.alloc(172, 0xd5) },
  };
  leg.packet.writeUInt32BE(legs.length + 1, 8);
  heard.leg = leg;
  const before = legs.at(-1);
  if (pattern === "relay" && legs.length % 2 === 1 && before !== undefined) {
    leg.other = before;
    before.other = leg;
  }
  return leg;
}

/** Sends what is due; legs are spread over the packet time, and what was missed is left out. */
function turn(): void {
  const { clock } = state;
  const now = Math.floor(clock.monotonicMs() - state.startMs);
  const first = Math.max(state.turn, now - slotCount + 1);
  for (state.turn = first; state.turn <= now; state.turn++) {
    for (let index = state.turn % slotCount; index < legs.length; index += slotCount) {
      const leg = legs[index];
      if (leg !== undefined) sendNext(leg, state.turn);
    }
  }
  clock.startTimer(Math.max(0, state.startMs + state.turn - clock.monotonicMs()), turn);
}

/** RFC 3550 §5.1 */
function sendNext(leg: Leg, atTurn: number): void {
  const { packet } = leg;
  packet[0] = 0x80;
  packet[1] = 0;
  packet.writeUInt16BE(leg.packets++ & 0xffff, 2);
  packet.writeUInt32BE((Math.floor(atTurn / slotCount) * 160) >>> 0, 4);
  leg.socket.send(packet, leg.destination);
}

serveCommands({
  async start({ way, pattern }: BareWork): Promise<void> {
    await runInRealTime(0);
    if (way === "batched") Object.assign(state, await createBatchedIo());
    Object.assign(state, { pattern, startMs: state.clock.monotonicMs() });
    if (pattern === "talk") turn();
  },
  async add({ remotePorts }: MoreLegs): Promise<number[]> {
    const ports: number[] = [];
    for (const remotePort of remotePorts) {
      const leg = await open(remotePort);
      legs.push(leg);
      ports.push(leg.socket.port);
    }
    return ports;
  },
  async drop(count: number): Promise<void> {
    for (const leg of legs.splice(-count)) await leg.socket.close();
  },
  renew: () => undefined,
  use(): LegUse {
    const { processMs, atMs } = readCpu();
    return { processMs, atMs, keys: 0 };
  },
});
