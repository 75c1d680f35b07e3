import { isIPv6 } from "node:net";
import { PACKETS_AT_ONCE, PacketMemory } from "./packet-memory.ts";
import { AF_INET, AF_INET6, portOfName, socketName } from "./socket-name.ts";
import { loadSystemCalls, type SystemCalls } from "./system-calls.ts";
import { createThreadLoop, type ThreadLoop } from "./thread-loop.ts";
import type { Clock } from "../../kernel/index.ts";
import { SourceNames } from "./source-names.ts";
import {
  RECEIVE_BUFFER_BYTES,
  type PacketDestination,
  type PacketIo,
  type PacketReceiver,
  type PacketSocket,
  type SocketOptions,
} from "./packet-io.ts";

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
  const io = new BatchedIo(system, memory, loop);
  // The system closes what a process has open, and not what a thread of it had.
  process.once("exit", () => io.closeAll());
  return { io, clock: loop.clock, bell: loop.bell };
}

class BatchedIo implements PacketIo {
  readonly system: SystemCalls;
  readonly memory: PacketMemory;
  readonly loop: ThreadLoop;
  /** Of open sockets. */
  readonly descriptors = new Set<number>();

  constructor(system: SystemCalls, memory: PacketMemory, loop: ThreadLoop) {
    this.system = system;
    this.memory = memory;
    this.loop = loop;
  }

  async open(
    address: string,
    port: number,
    receive: PacketReceiver,
    { isShared = false }: SocketOptions = {},
  ): Promise<PacketSocket> {
    const { system } = this;
    const family = isIPv6(address) ? AF_INET6 : AF_INET;
    const descriptor = system.socket(family, SOCK_DGRAM | SOCK_NONBLOCK | CLOSE_ON_EXEC, 0);
    if (descriptor < 0) throw bindError(system.errorName(), address, port);
    try {
      const room = isShared ? RECEIVE_BUFFER_BYTES.shared : RECEIVE_BUFFER_BYTES.own;
      this.#setOption(descriptor, SOL_SOCKET, SO_RCVBUF, room);
      const boundPort = this.#bind(descriptor, family, address, port);
      const sources = new SourceNames(system, this.memory, family, isShared ? SHARED_SOURCES : 1);
      return new BatchedSocket(this, { family, descriptor, port: boundPort, sources }, receive);
    } catch (error) {
      system.close(descriptor);
      throw error;
    }
  }

  /** Gives all ports back, as the thread ends. */
  closeAll(): void {
    for (const descriptor of this.descriptors) this.system.close(descriptor);
    this.descriptors.clear();
  }

  /** @returns the port */
  #bind(descriptor: number, family: number, address: string, port: number): number {
    const { system, memory } = this;
    const name = socketName(system, memory, family, { address, port });
    if (name === undefined) throw bindError("EINVAL", address, port);
    // A wildcard is to be that of both versions, whatever the system's default.
    if (family === AF_INET6) this.#setOption(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 0);
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

/** Sources of a shared socket that are known by their names: as many browsers as one worker carries. */
const SHARED_SOURCES = 1_024;

interface BoundSocket {
  readonly family: number;
  readonly descriptor: number;
  readonly port: number;
  readonly sources: SourceNames;
}

class BatchedSocket implements PacketSocket {
  readonly port: number;
  readonly #descriptor: number;
  readonly #id: number;
  readonly #io: BatchedIo;
  readonly #family: number;
  readonly #receive: PacketReceiver;
  readonly #sources: SourceNames;
  #isOpen = true;

  constructor(io: BatchedIo, { family, descriptor, port, sources }: BoundSocket, receive: PacketReceiver) {
    this.#io = io;
    this.#family = family;
    this.#descriptor = descriptor;
    this.port = port;
    this.#receive = receive;
    this.#sources = sources;
    this.#id = io.loop.add(descriptor, this);
    io.descriptors.add(descriptor);
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
    this.#io.descriptors.delete(this.#descriptor);
    this.#io.system.close(this.#descriptor);
  }

  /** Takes up to `PACKETS_AT_ONCE`; errors that the system has kept for this socket are as silent as a loss. */
  takePackets(): void {
    const { system, memory } = this.#io;
    const count = system.recvmmsg(this.#descriptor, memory.headersAt, PACKETS_AT_ONCE, MSG_DONTWAIT, 0);
    for (let place = 0; place < count; place++) {
      const packet = memory.packet(place);
      // A packet may be the reason to close.
      if (this.#isOpen) this.#receive(packet, this.#sources.of(memory.nameOf(place)));
    }
  }
}

/** As Node words it. */
function bindError(code: string, address: string, port: number): Error {
  const where = port === 0 ? address : `${address}:${port}`;
  return Object.assign(new Error(`bind ${code} ${where}`), { code, syscall: "bind", address, port });
}
