import { endianness } from "node:os";
import { getSystemErrorName } from "node:util";
import { loadKoffi } from "./load-koffi.ts";

/** Calls of the C library that Node has not, and memory that both sides see. Pointers are numbers: no address of a process exceeds 2^53.
 * Calls that fail return -1 (`inetPton` 0) and leave the cause in `errno`. */
export interface SystemCalls {
  socket(family: number, type: number, protocol: number): number;
  setsockopt(socket: number, level: number, option: number, value: number, length: number): number;
  bind(socket: number, name: number, length: number): number;
  getsockname(socket: number, name: number, length: number): number;
  close(descriptor: number): number;
  /** eventfd(2): a descriptor that can be read once somebody has added to its counter. */
  eventfd(counter: number, flags: number): number;
  epollCreate(flags: number): number;
  epollControl(epoll: number, operation: number, descriptor: number, event: number): number;
  /** epoll_pwait2(2), whose number is the same on all processors: libraries have it later than kernels. @param timeout a struct timespec */
  epollWait(epoll: number, events: number, most: number, timeout: number): number;
  recvmmsg(socket: number, messages: number, count: number, flags: number, timeout: number): number;
  sendto(socket: number, bytes: number, length: number, flags: number, name: number, nameLength: number): number;
  /** Text of an address to its bytes; 1 when it was one. */
  inetPton(family: number, text: string, bytes: number): number;
  inetNtop(family: number, bytes: number, text: number, length: number): number;
  /** Index of a network interface; 0 when there is none of that name. */
  ifNametoindex(name: string): number;
  ifIndextoname(index: number, name: number): number;
  /** The cause of the latest failure, as `EADDRINUSE`. */
  errorName(): string;
  /** Memory that stays for the life of the thread. */
  allocate(bytes: number): { readonly address: number; readonly buffer: ArrayBuffer };
}

const EPOLL_PWAIT2 = 441;

/** Loads the calls. Rejects, saying why, where they are not to be had: not Linux on x64 or arm64, or no library for it. */
export async function loadSystemCalls(): Promise<SystemCalls> {
  const { platform, arch } = process;
  if (platform !== "linux" || endianness() !== "LE" || !["x64", "arm64"].includes(arch)) {
    throw new Error(`only for Linux on x64 and arm64, and this is ${platform} on ${arch}`);
  }
  const koffi = await loadKoffi();
  const library = koffi.load(null);
  const call = (name: string, ...types: string[]) => library.func(name, "int", types);
  const syscall = library.func("syscall", "long", ["long", "int", "size_t", "long", "size_t", "size_t", "size_t"]);
  return {
    socket: call("socket", "int", "int", "int"),
    setsockopt: call("setsockopt", "int", "int", "int", "size_t", "uint32_t"),
    bind: call("bind", "int", "size_t", "uint32_t"),
    getsockname: call("getsockname", "int", "size_t", "size_t"),
    close: call("close", "int"),
    eventfd: call("eventfd", "uint32_t", "int"),
    epollCreate: call("epoll_create1", "int"),
    epollControl: call("epoll_ctl", "int", "int", "int", "size_t"),
    epollWait: (epoll, events, most, timeout) => syscall(EPOLL_PWAIT2, epoll, events, most, timeout, 0, 0) as number,
    recvmmsg: call("recvmmsg", "int", "size_t", "uint32_t", "int", "size_t"),
    sendto: call("sendto", "int", "size_t", "size_t", "int", "size_t", "uint32_t"),
    inetPton: call("inet_pton", "int", "const char *", "size_t"),
    inetNtop: call("inet_ntop", "int", "size_t", "size_t", "uint32_t"),
    ifNametoindex: call("if_nametoindex", "const char *"),
    ifIndextoname: call("if_indextoname", "uint32_t", "size_t"),
    errorName: () => getSystemErrorName(-koffi.errno()),
    allocate(bytes) {
      const memory: unknown = koffi.alloc("uint8_t", bytes);
      return { address: Number(koffi.address(memory)), buffer: koffi.view(memory, bytes) };
    },
  };
}
