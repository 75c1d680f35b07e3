import { createDgramSockets } from "./dgram-sockets.ts";
import { createKernelSockets } from "./kernel-sockets.ts";
import type { FarEndSockets } from "./sockets.ts";

/** Opens `count` sockets: by the calls of Linux where they are to be had, else by `node:dgram`. */
export async function openFarEndSockets(count: number): Promise<FarEndSockets> {
  return (await createKernelSockets(count).catch(() => undefined)) ?? createDgramSockets(count);
}
