import { errorMessage, systemClock } from "../../kernel/index.ts";
import { createBatchedIo, type ClockedIo } from "./batched.ts";
import { createDgramIo } from "./dgram.ts";
import { loadBehindGate, type LoadGate } from "./load-gate.ts";
import type { PacketIo } from "./packet-io.ts";

/** By `node:dgram`, or straight by the calls of the system. */
export type PacketWay = "dgram" | "batched";

/** What is wanted: one of them, or "auto": batched where it works. */
export type PacketChoice = PacketWay | "auto";

/** What was chosen. */
export interface ChosenPackets {
  readonly way: PacketWay;
  /** Why batched packets, which were tried, do not work here. */
  readonly why?: string;
}

/** How long a packet to this thread itself may take, milliseconds. */
const TRIAL_MS = 1_000;

/** The way to the network of this thread: the one that is wanted, or `dgram` where that does not work. The batched one is taken once a packet has
 * come back by it: what the libraries and the kernel of a machine make of our memory shows only there.
 * @param gate of the process that the thread belongs to */
export async function chooseIo(
  wanted: PacketChoice,
  gate: LoadGate,
  createBatched: () => Promise<ClockedIo> = createBatchedIo,
): Promise<ClockedIo & { readonly chosen: ChosenPackets }> {
  if (wanted === "dgram") return { io: createDgramIo(), clock: systemClock, chosen: { way: "dgram" } };
  try {
    const batched = await loadBehindGate(gate, createBatched);
    await tryOut(batched.io);
    return { ...batched, chosen: { way: "batched" } };
  } catch (error) {
    return { io: createDgramIo(), clock: systemClock, chosen: { way: "dgram", why: errorMessage(error) } };
  }
}

/** Sends a packet to its own sender. Rejects when it does not come back as it was. */
async function tryOut(io: PacketIo): Promise<void> {
  const words = Buffer.from("offhook");
  const address = "127.0.0.1";
  let resolve: () => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<void>((...settle) => ([resolve, reject] = settle));
  const socket = await io.open(address, 0, (packet, source) => {
    if (words.equals(packet) && source.address === address && source.port === socket.port) resolve();
    else reject(new Error("a packet to the sender itself came back changed"));
  });
  const timer = setTimeout(() => reject(new Error("a packet to the sender itself did not come back")), TRIAL_MS);
  try {
    socket.send(words, socket.prepare(address, socket.port));
    await promise;
  } finally {
    clearTimeout(timer);
    await socket.close();
  }
}
