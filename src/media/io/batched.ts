import { isIPv6 } from "node:net";
import { PACKETS_AT_ONCE, PacketMemory } from "./packet-memory.ts";
import { addressOfName, AF_INET, AF_INET6, portOfName, socketName } from "./socket-name.ts";
import { loadSystemCalls, type SystemCalls } from "./system-calls.ts";
import { createThreadLoop, type ThreadLoop } from "./thread-loop.ts";
import type { Clock } from "../../kernel/index.ts";
import type { PacketAddress, PacketIo, PacketReceiver, PacketSocket, PacketDestination } from "./packet-io.ts";

/* socket(2), ip(7), ipv6(7), epoll(7), recvmmsg(2), sendto(2): the values of Linux on x64 and arm64. */
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const CLOSE_ON_EXEC = 0o2_000_000;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;

/** Room for a burst while the thread is busy, bytes; the system may grant less. */
const RECEIVE_BUFFER_BYTES = 262_144;

/** A way to the network, and the clock whose timers are in step with it. */
export interface ClockedIo {
  readonly io: PacketIo;
  readonly clock: Clock;
  /** That of the thread's loop; undefined where messages wake it. */
  readonly bell?: number;
}

/** Packets straight through the calls of Linux (epoll, recvmmsg, sendto) on memory that is made once: no object and no garbage per packet.
 * While a socket is open, the thread waits in `epoll_pwait2` instead of in Node's loop, and other things of Node have their turn some
 * milliseconds late: for a thread that does nothing else. One per thread. Rejects, saying why, where the calls are not to be had. */
export async function createBatchedIo(): Promise<ClockedIo> {
  const system = await loadSystemCalls();
  const memory = new PacketMemory(system);
  const loop = createThreadLoop(system, memory);
  return { io: new BatchedIo(system, memory, loop), clock: loop.clock, bell: loop.bell };
}

class BatchedIo implements PacketIo {
  readonly system: SystemCalls;
  readonly memory: PacketMemory;
  readonly loop: ThreadLoop;

  constructor(system: SystemCalls, memory: PacketMemory, loop: ThreadLoop) {
    this.system = system;
    this.memory = memory;
    this.loop = loop;
  }

  async open(address: string, port: number, receive: PacketReceiver): Promise<PacketSocket> {
    const { system } = this;
    const family = isIPv6(address) ? AF_INET6 : AF_INET;
    const descriptor = system.socket(family, SOCK_DGRAM | SOCK_NONBLOCK | CLOSE_ON_EXEC, 0);
    if (descriptor < 0) throw bindError(system.errorName(), address, port);
    try {
      const boundPort = this.#bind(descriptor, family, address, port);
      return new BatchedSocket(this, family, descriptor, boundPort, receive);
    } catch (error) {
      system.close(descriptor);
      throw error;
    }
  }

  /** @returns the port */
  #bind(descriptor: number, family: number, address: string, port: number): number {
    const { system, memory } = this;
    const name = socketName(system, memory, family, { address, port });
    if (name === undefined) throw bindError("EINVAL", address, port);
    // A wildcard is to be that of both versions, whatever the system's default.
    if (family === AF_INET6) this.#setOption(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    this.#setOption(descriptor, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER_BYTES);
    memory.bytes.set(name, memory.scratch);
    if (system.bind(descriptor, memory.scratchAt, name.length) < 0) throw bindError(system.errorName(), address, port);
    const lengthAt = 64;
    memory.data.setUint32(memory.scratch + lengthAt, name.length, true);
    system.getsockname(descriptor, memory.scratchAt, memory.scratchAt + lengthAt);
    return portOfName(memory, memory.scratch);
  }

  #setOption(descriptor: number, level: number, option: number, value: number): void {
    const { system, memory } = this;
    memory.data.setUint32(memory.scratch, value, true);
    // Where it is refused, the system's default is used.
    system.setsockopt(descriptor, level, option, memory.scratchAt, 4);
  }
}

class BatchedSocket implements PacketSocket {
  readonly port: number;
  readonly #descriptor: number;
  readonly #id: number;
  readonly #io: BatchedIo;
  readonly #family: number;
  readonly #receive: PacketReceiver;
  #isOpen = true;
  /** Of the packet before, which mostly came from the same far end. */
  #source: PacketAddress | undefined;
  readonly #sourceName: Uint8Array;

  constructor(io: BatchedIo, family: number, descriptor: number, port: number, receive: PacketReceiver) {
    this.#io = io;
    this.#family = family;
    this.#descriptor = descriptor;
    this.port = port;
    this.#receive = receive;
    this.#sourceName = new Uint8Array(family === AF_INET6 ? 28 : 8);
    this.#id = io.loop.add(descriptor, this);
  }

  prepare(address: string, port: number): PacketDestination {
    const { system, memory } = this.#io;
    return { address, port, prepared: socketName(system, memory, this.#family, { address, port }) };
  }

  send(packet: Uint8Array, { prepared }: PacketDestination): void {
    const { system, memory } = this.#io;
    const name = prepared as Uint8Array | undefined;
    if (!this.#isOpen || name === undefined || !memory.putPacket(packet, name)) return;
    // What the system does not take now (EAGAIN, ENOBUFS, an address without a way) is lost: audio that waits is worth nothing.
    system.sendto(
      this.#descriptor,
      memory.sendPacketAt,
      packet.length,
      MSG_DONTWAIT | MSG_NOSIGNAL,
      memory.sendNameAt,
      name.length,
    );
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#io.loop.remove(this.#id);
    this.#io.system.close(this.#descriptor);
  }

  /** Takes up to `PACKETS_AT_ONCE`; errors that the system has kept for this socket are as silent as a loss. */
  takePackets(): void {
    const { system, memory } = this.#io;
    const count = system.recvmmsg(this.#descriptor, memory.headersAt, PACKETS_AT_ONCE, MSG_DONTWAIT, 0);
    for (let place = 0; place < count; place++) {
      const packet = memory.packet(place);
      // A packet may be the reason to close.
      if (this.#isOpen) this.#receive(packet, this.#sourceOf(memory.nameOf(place)));
    }
  }

  #sourceOf(at: number): PacketAddress {
    const { system, memory } = this.#io;
    const name = this.#sourceName;
    let isKnown = this.#source !== undefined;
    for (let index = 0; isKnown && index < name.length; index++) isKnown = memory.bytes[at + index] === name[index];
    if (isKnown && this.#source !== undefined) return this.#source;
    name.set(memory.bytes.subarray(at, at + name.length));
    return (this.#source = addressOfName(system, memory, at));
  }
}

/** As Node words it. */
function bindError(code: string, address: string, port: number): Error {
  const where = port === 0 ? address : `${address}:${port}`;
  return Object.assign(new Error(`bind ${code} ${where}`), { code, syscall: "bind", address, port });
}
