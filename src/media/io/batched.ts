import { bindSocket, familyOf } from "./bound-socket.ts";
import { PACKETS_AT_ONCE, PacketMemory } from "./packet-memory.ts";
import { writeSocketName } from "./socket-name.ts";
import { loadSystemCalls, type SystemCalls } from "./system-calls.ts";
import { createThreadLoop, type ThreadLoop } from "./thread-loop.ts";
import type { Clock } from "../../kernel/index.ts";
import { createSourceNames, type SourceNames } from "./source-names.ts";
import type {
  BoundSocket,
  FirstTaker,
  PacketDestination,
  PacketIo,
  PacketReceiver,
  PacketSocket,
  SocketOptions,
} from "./packet-io.ts";

/* recvmmsg(2), sendto(2): the values of Linux on x64 and arm64. */
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;

/** A way to the network, and the clock whose timers are in step with it. */
export interface ClockedIo {
  readonly io: PacketIo;
  readonly clock: Clock;
  /** That of the thread's loop; undefined where messages wake it. */
  readonly bell?: number;
  /** Says whether what comes may wait for up to 2.5 ms, so that the thread wakes less often; absent where it wakes for each packet all the same. */
  setPatient?(isPatient: boolean): void;
  /** Says how the thread takes what was sent to it, in its loop; absent where Node's own loop does that. */
  setMail?(take: () => void): void;
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
  return {
    ...{ io, clock: loop.clock, bell: loop.bell },
    setPatient: (isPatient) => void (loop.isPatient = isPatient),
    setMail: (take) => void (loop.takeMail = take),
  };
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
    return this.#use(address, bindSocket(this.system, this.memory, address, port, isShared), receive, isShared);
  }

  adopt(
    address: string,
    [one, other]: readonly [BoundSocket, BoundSocket],
    receive: PacketReceiver,
  ): readonly [PacketSocket, PacketSocket] {
    let first: PacketSocket | undefined;
    try {
      first = this.#use(address, one, receive);
    } finally {
      if (first === undefined) this.system.close(other.descriptor);
    }
    try {
      return [first, this.#use(address, other, receive)];
    } catch (error) {
      void first.close();
      throw error;
    }
  }

  /** Closes it where that fails. */
  #use(address: string, { descriptor, port }: BoundSocket, receive: PacketReceiver, isShared = false): PacketSocket {
    const { system, memory } = this;
    try {
      const family = familyOf(address);
      const sources = createSourceNames(system, memory, family, isShared ? SHARED_SOURCES : 1);
      return new BatchedSocket(this, { descriptor, port, family, sources }, receive);
    } catch (error) {
      system.close(descriptor);
      throw error;
    }
  }

  /** Gives all ports back, and what the loop waits by, as the thread ends. */
  closeAll(): void {
    for (const descriptor of this.descriptors) this.system.close(descriptor);
    this.descriptors.clear();
    this.loop.close();
  }
}

/** Sources of a shared socket that are known by their names: as many browsers as one worker carries. */
const SHARED_SOURCES = 1_024;

interface OwnSocket extends BoundSocket {
  readonly family: number;
  readonly sources: SourceNames;
}

/** Words of the name of a socket of IPv4; that of IPv6 has more. */
const SHORT_NAME_WORDS = 4;

/** A name of a far end. That of IPv4 is two words and two that are zero, which lie in the object: one more place that is far away for each packet
 * otherwise. */
class Destination implements PacketDestination {
  readonly first: number;
  readonly second: number;
  /** 0: it has no name. */
  readonly words: number;
  /** The whole name, where that is longer. */
  readonly prepared: Uint8Array | undefined;
  readonly address: string;
  readonly port: number;

  /** Of the name that lies in the scratch room. */
  constructor(address: string, port: number, { bytes, data, scratch }: PacketMemory, nameBytes: number) {
    this.first = data.getInt32(scratch, true);
    this.second = data.getInt32(scratch + 4, true);
    this.words = nameBytes / 4;
    this.prepared = this.words > SHORT_NAME_WORDS ? bytes.slice(scratch, scratch + nameBytes) : undefined;
    this.address = address;
    this.port = port;
  }
}

class BatchedSocket implements PacketSocket {
  /* What each packet needs lies together. */
  first: FirstTaker | undefined;
  readonly #io: BatchedIo;
  readonly #descriptor: number;
  #isOpen = true;
  readonly #sources: SourceNames;
  readonly #receive: PacketReceiver;
  readonly port: number;
  readonly #id: number;
  readonly #family: number;

  constructor(io: BatchedIo, { family, descriptor, port, sources }: OwnSocket, receive: PacketReceiver) {
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
    const nameBytes = writeSocketName(system, memory, this.#family, address, port);
    return new Destination(address, port, memory, nameBytes);
  }

  send(packet: Uint8Array, destination: PacketDestination): void {
    const { system, memory } = this.#io;
    const { words, first, second, prepared } = destination as Destination;
    if (!this.#isOpen || words === 0 || !memory.putPacket(packet)) return;
    if (prepared === undefined) memory.putShortName(first, second);
    else memory.putName(prepared);
    // What the system does not take now (EAGAIN, ENOBUFS, an address without a way) is lost: audio that waits is worth nothing.
    system.sendto(
      this.#descriptor,
      memory.sendPacketAt,
      packet.length,
      MSG_DONTWAIT | MSG_NOSIGNAL,
      memory.sendNameAt,
      words * 4,
    );
  }

  close(): undefined {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#io.loop.remove(this.#id);
    this.#io.descriptors.delete(this.#descriptor);
    this.#io.system.close(this.#descriptor);
  }

  /** Takes up to `PACKETS_AT_ONCE`; errors that the system has kept for this socket are as silent as a loss, and packets may lie behind them. */
  takePackets(): boolean {
    const { system, memory } = this.#io;
    const count = system.recvmmsg(this.#descriptor, memory.headersAt, PACKETS_AT_ONCE, MSG_DONTWAIT, 0);
    for (let place = 0; place < count; place++) {
      const packet = memory.packet(place);
      // A packet may be the reason to close.
      if (!this.#isOpen) return false;
      const source = this.#sources.of(memory.nameOf(place));
      if (this.first?.takes(packet, source) !== true) this.#receive(packet, source);
    }
    return this.#isOpen && (count < 0 || count === PACKETS_AT_ONCE);
  }
}
