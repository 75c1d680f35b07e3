import { createSocket } from "node:dgram";
import { isIPv4, isIPv6 } from "node:net";
import {
  RECEIVE_BUFFER_BYTES,
  type PacketAddress,
  type PacketDestination,
  type PacketIo,
  type PacketReceiver,
  type PacketSocket,
  type SocketOptions,
} from "./packet-io.ts";

/** Packets through `node:dgram`: works on any system. */
export function createDgramIo(): PacketIo {
  return { open };
}

const MAPPED_PREFIX = "::ffff:";

async function open(
  address: string,
  port: number,
  receive: PacketReceiver,
  { isShared = false }: SocketOptions = {},
): Promise<PacketSocket> {
  const isV6 = isIPv6(address);
  const socket = createSocket({
    type: isV6 ? "udp6" : "udp4",
    // All addresses are literal; without this each packet would pass through the resolver.
    lookup: (name, _options, callback) => callback(null, name, isV6 ? 6 : 4),
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.bind({ address, port, exclusive: true }, () => {
      socket.removeListener("error", reject);
      resolve();
    });
  });
  // Later errors are about single packets (an unreachable far end) and are treated as loss.
  socket.on("error", () => undefined);
  try {
    socket.setRecvBufferSize(isShared ? RECEIVE_BUFFER_BYTES.shared : RECEIVE_BUFFER_BYTES.own);
  } catch {
    // The system's default is used.
  }
  let isOpen = true;
  // One value while packets come from one source.
  let source: PacketAddress = { address: "", port: 0 };
  socket.on("message", (packet, { address: from, port: fromPort }) => {
    if (!isOpen) return;
    const plain = from.startsWith(MAPPED_PREFIX) ? from.slice(MAPPED_PREFIX.length) : from;
    if (source.port !== fromPort || source.address !== plain) source = { address: plain, port: fromPort };
    if (opened.first?.takes(packet, source) !== true) receive(packet, source);
  });
  const opened: PacketSocket = {
    first: undefined,
    port: socket.address().port,
    prepare: (to, toPort): PacketDestination => ({
      address: to,
      port: toPort,
      prepared: isV6 && isIPv4(to) ? MAPPED_PREFIX + to : to,
    }),
    send: (packet, destination) => {
      if (isOpen) socket.send(packet, destination.port, destination.prepared as string);
    },
    close: () =>
      new Promise((resolve) => {
        if (!isOpen) return resolve();
        isOpen = false;
        socket.close(() => resolve());
      }),
  };
  return opened;
}
