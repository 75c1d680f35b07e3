import { RECEIVE_BUFFER_BYTES, type BoundSocket } from "./packet-io.ts";
import type { PacketMemory } from "./packet-memory.ts";
import { AF_INET, AF_INET6, portOfName, writeSocketName } from "./socket-name.ts";
import type { SystemCalls } from "./system-calls.ts";

/* socket(2), ip(7), ipv6(7): the values of Linux on x64 and arm64. */
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const CLOSE_ON_EXEC = 0o2_000_000;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;

/** The family of a socket that is bound to an address. */
export function familyOf(address: string): number {
  return address.includes(":") ? AF_INET6 : AF_INET;
}

/** Makes and binds a socket; port 0 is any free port. Throws the system's error, worded as Node words it.
 * @param isShared many far ends send to it */
export function bindSocket(
  system: SystemCalls,
  memory: PacketMemory,
  address: string,
  port: number,
  isShared = false,
): BoundSocket {
  const family = familyOf(address);
  const descriptor = system.socket(family, SOCK_DGRAM | SOCK_NONBLOCK | CLOSE_ON_EXEC, 0);
  if (descriptor < 0) throw bindError(system.errorName(), address, port);
  const setOption = (level: number, option: number, value: number) => {
    memory.data.setUint32(memory.scratch, value, true);
    // Where it is refused, the system's default is used.
    system.setsockopt(descriptor, level, option, memory.scratchAt, 4);
  };
  try {
    setOption(SOL_SOCKET, SO_RCVBUF, isShared ? RECEIVE_BUFFER_BYTES.shared : RECEIVE_BUFFER_BYTES.own);
    // A wildcard is to be that of both versions, whatever the system's default.
    if (family === AF_INET6) setOption(IPPROTO_IPV6, IPV6_V6ONLY, 0);
    return { descriptor, port: bind(system, memory, descriptor, { address, port }) };
  } catch (error) {
    system.close(descriptor);
    throw error;
  }
}

/** @returns the port */
function bind(
  system: SystemCalls,
  memory: PacketMemory,
  descriptor: number,
  { address, port }: { readonly address: string; readonly port: number },
): number {
  const bytes = writeSocketName(system, memory, familyOf(address), address, port);
  if (bytes === 0) throw bindError("EINVAL", address, port);
  if (system.bind(descriptor, memory.scratchAt, bytes) < 0) throw bindError(system.errorName(), address, port);
  if (port !== 0) return port;
  const lengthAt = 64;
  memory.data.setUint32(memory.scratch + lengthAt, bytes, true);
  system.getsockname(descriptor, memory.scratchAt, memory.scratchAt + lengthAt);
  return portOfName(memory, memory.scratch);
}

/** As Node words it. */
function bindError(code: string, address: string, port: number): Error {
  const where = port === 0 ? address : `${address}:${port}`;
  return Object.assign(new Error(`bind ${code} ${where}`), { code, syscall: "bind", address, port });
}
