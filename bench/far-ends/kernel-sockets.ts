import { loadSystemCalls, type SystemCalls } from "../../src/media/io/system-calls.ts";
import { RECEIVE_BUFFER_BYTES, type FarEndReceiver, type FarEndSockets } from "./sockets.ts";

/* socket(2), ip(7), socket(7), recvmmsg(2), clock_gettime(2): the values of Linux on x64 and arm64. */
const AF_INET = 2;
const SOCK_DGRAM = 2;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_RCVBUFFORCE = 33;
const SO_TIMESTAMPNS = 35;
const MSG_DONTWAIT = 0x40;
const CLOCK_REALTIME = 0;

/** Packets of one call of the system. */
const BATCH = 64;
const PACKET_BYTES = 1_536;
/* struct mmsghdr, iovec, sockaddr_in, and cmsghdr with a timespec; 64 bit. */
const HEADER = {
  bytes: 64,
  name: 0,
  nameLength: 8,
  vector: 16,
  vectorLength: 24,
  control: 32,
  controlLength: 40,
} as const;
const PACKET_LENGTH = 56;
const VECTOR_BYTES = 16;
const NAME_BYTES = 16;
const CONTROL = { bytes: 32, level: 8, type: 12, seconds: 16, nanoseconds: 24 } as const;

/** One half of the memory: what the system reads packets from, or writes them to. */
interface Batch {
  /** Of the first header, for the system. */
  readonly pointer: number;
  readonly headers: number;
  readonly names: number;
  readonly controls: number;
  readonly packets: number;
}

/** Sockets by the system's own calls, many packets in each, with the time of arrival that the kernel puts on each packet. Rejects where that is
 * not to be had. */
export async function createKernelSockets(count: number): Promise<FarEndSockets> {
  const system = await loadSystemCalls();
  const { default: koffi } = await import("koffi");
  const library = koffi.load(null);
  return new KernelSockets(system, count, {
    sendmmsg: library.func("sendmmsg", "int", ["int", "size_t", "uint32_t", "int"]),
    clockGettime: library.func("clock_gettime", "int", ["int", "size_t"]),
    nanosleep: library.func("nanosleep", "int", ["size_t", "size_t"]),
  });
}

interface MoreCalls {
  sendmmsg(socket: number, messages: number, count: number, flags: number): number;
  clockGettime(clock: number, time: number): number;
  nanosleep(time: number, rest: number): number;
}

const BATCH_BYTES = BATCH * (HEADER.bytes + VECTOR_BYTES + NAME_BYTES + CONTROL.bytes + PACKET_BYTES);
const SCRATCH_BYTES = 64;

class KernelSockets implements FarEndSockets {
  readonly time = "kernel";
  readonly ports: readonly number[];
  readonly #system: SystemCalls;
  readonly #more: MoreCalls;
  readonly #bytes: Buffer;
  readonly #data: DataView;
  readonly #scratchAt: number;
  readonly #outgoing: Batch;
  readonly #incoming: Batch;
  readonly #descriptors: readonly number[];
  /** Of incoming packets by place and length: packets make no garbage. */
  readonly #views: Buffer[][] = Array.from({ length: BATCH }, () => []);
  /** Packets that wait for `flush`, all of one socket. */
  #waiting = 0;
  #waitingSocket = 0;

  constructor(system: SystemCalls, count: number, more: MoreCalls) {
    this.#system = system;
    this.#more = more;
    const { address, buffer } = system.allocate(SCRATCH_BYTES + 2 * BATCH_BYTES);
    this.#bytes = Buffer.from(buffer);
    this.#bytes.fill(0);
    this.#data = new DataView(buffer);
    this.#scratchAt = address;
    this.#outgoing = this.#layOut(address, SCRATCH_BYTES, 0);
    this.#incoming = this.#layOut(address, SCRATCH_BYTES + BATCH_BYTES, CONTROL.bytes);
    this.#descriptors = Array.from({ length: count }, () => this.#open());
    this.ports = this.#descriptors.map((descriptor) => this.#portOf(descriptor));
  }

  nowMs(): number {
    this.#more.clockGettime(CLOCK_REALTIME, this.#scratchAt);
    return this.#timeAt(0);
  }

  send(socket: number, toPort: number, packet: Uint8Array): void {
    if (socket !== this.#waitingSocket || this.#waiting === BATCH) this.flush();
    this.#waitingSocket = socket;
    const place = this.#waiting++;
    const { headers, names, packets } = this.#outgoing;
    this.#bytes.set(packet, packets + place * PACKET_BYTES);
    this.#data.setUint16(names + place * NAME_BYTES + 2, toPort);
    this.#setVectorLength(headers, place, packet.length);
  }

  /** What the system does not take is lost; with these buffers that does not happen. */
  flush(): void {
    if (this.#waiting > 0)
      this.#more.sendmmsg(this.#descriptors[this.#waitingSocket] ?? -1, this.#outgoing.pointer, this.#waiting, 0);
    this.#waiting = 0;
  }

  receive(receiver: FarEndReceiver): void {
    for (let socket = 0; socket < this.#descriptors.length; socket++) {
      while (this.#receiveBatch(socket, receiver) === BATCH);
    }
  }

  /** Sleeps in the system, which is exact; Node's loop turns in between. */
  schedule(atMs: number, work: () => void): void {
    setImmediate(() => {
      const delayMs = Math.min(20, atMs - this.nowMs());
      if (delayMs > 0) {
        this.#data.setBigUint64(0, 0n, true);
        this.#data.setBigUint64(8, BigInt(Math.round(delayMs * 1e6)), true);
        this.#more.nanosleep(this.#scratchAt, 0);
      }
      work();
    });
  }

  #receiveBatch(socket: number, receiver: FarEndReceiver): number {
    const { pointer, headers, names, packets, controls } = this.#incoming;
    const data = this.#data;
    const count = this.#system.recvmmsg(this.#descriptors[socket] ?? -1, pointer, BATCH, MSG_DONTWAIT, 0);
    for (let place = 0; place < count; place++) {
      const header = headers + place * HEADER.bytes;
      const length = data.getUint32(header + PACKET_LENGTH, true);
      const atMs = this.#stampAt(controls + place * CONTROL.bytes);
      data.setUint32(header + HEADER.nameLength, NAME_BYTES, true);
      data.setUint32(header + HEADER.controlLength, CONTROL.bytes, true);
      const start = packets + place * PACKET_BYTES;
      const fromPort = data.getUint16(names + place * NAME_BYTES + 2);
      const view = ((this.#views[place] ??= [])[length] ??= this.#bytes.subarray(start, start + length));
      receiver(socket, fromPort, atMs, view);
    }
    return count;
  }

  #stampAt(control: number): number {
    const isStamp =
      this.#data.getUint32(control + CONTROL.level, true) === SOL_SOCKET &&
      this.#data.getUint32(control + CONTROL.type, true) === SO_TIMESTAMPNS;
    return isStamp ? this.#timeAt(control + CONTROL.seconds) : this.nowMs();
  }

  /** A struct timespec, milliseconds. */
  #timeAt(at: number): number {
    const low = this.#data.getUint32(at, true);
    const high = this.#data.getUint32(at + 4, true);
    return (high * 4_294_967_296 + low) * 1_000 + this.#data.getUint32(at + 8, true) / 1e6;
  }

  #open(): number {
    const descriptor = this.#system.socket(AF_INET, SOCK_DGRAM, 0);
    const name = 0;
    this.#bytes.fill(0, name, NAME_BYTES);
    this.#data.setUint16(name, AF_INET, true);
    this.#bytes.set([127, 0, 0, 1], name + 4);
    if (this.#system.bind(descriptor, this.#scratchAt, NAME_BYTES) < 0)
      throw new Error(`bind ${this.#system.errorName()}`);
    this.#setOption(descriptor, SO_RCVBUF, RECEIVE_BUFFER_BYTES);
    this.#setOption(descriptor, SO_RCVBUFFORCE, RECEIVE_BUFFER_BYTES);
    if (this.#setOption(descriptor, SO_TIMESTAMPNS, 1) < 0) throw new Error("the kernel does not stamp packets");
    return descriptor;
  }

  #setOption(descriptor: number, option: number, value: number): number {
    this.#data.setUint32(0, value, true);
    return this.#system.setsockopt(descriptor, SOL_SOCKET, option, this.#scratchAt, 4);
  }

  #portOf(descriptor: number): number {
    this.#data.setUint32(32, NAME_BYTES, true);
    this.#system.getsockname(descriptor, this.#scratchAt, this.#scratchAt + 32);
    return this.#data.getUint16(2);
  }

  /** Ties headers, vectors, names and packets of a batch together. @param at its place in the memory */
  #layOut(address: number, at: number, controlBytes: number): Batch {
    const headers = at;
    const vectors = headers + BATCH * HEADER.bytes;
    const names = vectors + BATCH * VECTOR_BYTES;
    const controls = names + BATCH * NAME_BYTES;
    const packets = controls + BATCH * CONTROL.bytes;
    for (let place = 0; place < BATCH; place++) {
      const header = headers + place * HEADER.bytes;
      const name = names + place * NAME_BYTES;
      this.#setPointer(header + HEADER.name, address + name);
      this.#data.setUint32(header + HEADER.nameLength, NAME_BYTES, true);
      this.#setPointer(header + HEADER.vector, address + vectors + place * VECTOR_BYTES);
      this.#setPointer(header + HEADER.vectorLength, 1);
      this.#setPointer(header + HEADER.control, controlBytes === 0 ? 0 : address + controls + place * CONTROL.bytes);
      this.#setPointer(header + HEADER.controlLength, controlBytes);
      this.#setPointer(vectors + place * VECTOR_BYTES, address + packets + place * PACKET_BYTES);
      this.#setVectorLength(headers, place, PACKET_BYTES);
      this.#data.setUint16(name, AF_INET, true);
      this.#bytes.set([127, 0, 0, 1], name + 4);
    }
    return { pointer: address + headers, headers, names, controls, packets };
  }

  #setVectorLength(headers: number, place: number, length: number): void {
    this.#data.setUint32(headers + BATCH * HEADER.bytes + place * VECTOR_BYTES + 8, length, true);
  }

  #setPointer(at: number, value: number): void {
    this.#data.setBigUint64(at, BigInt(value), true);
  }
}
