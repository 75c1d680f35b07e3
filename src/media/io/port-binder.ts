import { bindSocket } from "./bound-socket.ts";
import type { BoundSocket } from "./packet-io.ts";
import { PacketMemory } from "./packet-memory.ts";
import { loadSystemCalls } from "./system-calls.ts";

/** Binds sockets in the calling thread for one that carries packets by the calls of the system: nobody waits for that thread. */
export interface PortBinder {
  /** Throws the system's error (`EADDRINUSE` and so on). */
  bind(address: string, port: number): BoundSocket;
  close(descriptor: number): void;
}

/** Makes a binder. Rejects, saying why, where the calls are not to be had. */
export async function createPortBinder(): Promise<PortBinder> {
  const system = await loadSystemCalls();
  const memory = new PacketMemory(system);
  return {
    bind: (address, port) => bindSocket(system, memory, address, port),
    close: (descriptor) => void system.close(descriptor),
  };
}
