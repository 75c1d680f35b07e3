import { createSocket } from "node:dgram";
import { connect, createServer, isIPv4, isIPv6, type Socket } from "node:net";
import { networkInterfaces } from "node:os";
import type { SipDatagramSocket, SipNetwork, SipStream } from "../types.ts";
import { withoutMappedPrefix } from "./local-address.ts";

/** Bytes that may wait to be written; a peer that reads so slowly loses its connection. */
const mostUnsentBytes = 1_048_576;
const mostConnections = 4_096;
const longestFlushMs = 5_000;
/** Room for a burst while the event loop is busy. */
const receiveBufferBytes = 2_097_152;

/** The machine's own sockets. */
export const nodeNetwork: SipNetwork = {
  ...{ openDatagram, listenStream, connectStream, probeDatagram },
  sourceHost: addressTowards,
};

/** Addresses are literals here, so the lookup that `dgram` makes for each packet is answered at once. */
function literalLookup(
  host: string,
  _options: unknown,
  callback: (error: null, address: string, family: number) => void,
): void {
  callback(null, host, host.includes(":") ? 6 : 4);
}

function openDatagram(
  host: string,
  port: number,
  onDatagram: (bytes: Buffer, host: string, port: number) => void,
  isSixOnly = false,
): Promise<SipDatagramSocket> {
  const isSix = isIPv6(host);
  const socket = createSocket({ type: isSix ? "udp6" : "udp4", lookup: literalLookup, ipv6Only: isSixOnly });
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(port, host, () => {
      socket.off("error", reject);
      // An ICMP error of one peer must not end the socket that serves all.
      socket.on("error", () => undefined);
      socket.setRecvBufferSize(receiveBufferBytes);
      socket.on("message", (bytes, from) => onDatagram(bytes, withoutMappedPrefix(from.address), from.port));
      resolve({
        host,
        port: socket.address().port,
        send(bytes, toHost, toPort, onError) {
          try {
            socket.send(bytes, toPort, isSix && isIPv4(toHost) ? `::ffff:${toHost}` : toHost, (error) => {
              if (error !== null && !isPassing(error)) onError(error.message);
            });
          } catch (error) {
            onError(error instanceof Error ? error.message : String(error));
          }
        },
        close: () => socket.close(),
      });
    });
  });
}

/** The queue is full: the message counts as lost in the network and is sent again. */
function isPassing(error: Error): boolean {
  return "code" in error && (error.code === "ENOBUFS" || error.code === "EAGAIN");
}

function listenStream(
  host: string,
  port: number,
  onStream: (stream: SipStream) => void,
  isSixOnly = false,
): Promise<{ host: string; port: number; close(): void }> {
  const server = createServer((socket) => onStream(wrap(socket, socket.remoteAddress ?? "", socket.remotePort ?? 0)));
  server.maxConnections = mostConnections;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host, ipv6Only: isSixOnly }, () => {
      server.off("error", reject);
      server.on("error", () => undefined);
      const address = server.address();
      const boundPort = typeof address === "object" && address !== null ? address.port : port;
      resolve({ host, port: boundPort, close: () => void server.close() });
    });
  });
}

function connectStream(host: string, port: number): SipStream {
  return wrap(connect({ host, port }), host, port);
}

function wrap(socket: Socket, host: string, port: number): SipStream {
  socket.setNoDelay(true);
  // Errors before `start` are told by "close" too; without a listener they would end the process.
  socket.on("error", () => undefined);
  return {
    local: () => ({ host: withoutMappedPrefix(socket.localAddress ?? ""), port: socket.localPort ?? 0 }),
    peer: { host: withoutMappedPrefix(host), port },
    start(handlers) {
      const failure: { message: string | undefined } = { message: undefined };
      socket.on("data", (bytes: Buffer) => handlers.onBytes(bytes));
      socket.on("end", () => socket.end());
      socket.on("error", (error) => (failure.message = error.message));
      socket.on("close", () => handlers.onClosed(failure.message));
    },
    write(bytes) {
      socket.write(bytes);
      if (socket.writableLength > mostUnsentBytes) socket.destroy(new Error("the peer does not read"));
    },
    close() {
      socket.destroySoon();
      // A peer that does not read what is left to write must not keep the socket.
      socket.setTimeout(longestFlushMs, () => socket.destroy());
    },
  };
}

/** A connected datagram socket has the address that the system's routes choose; nothing is sent and, the address being literal, nothing is
 * waited for. Where the system does not say, it is the first address of an interface to the outside. */
/** The address that this machine sends to `peerHost` from, by its routes; without a route to it one that leads outside. undefined: it has none of
 * that family. */
export function addressTowards(peerHost: string): string | undefined {
  const isSix = isIPv6(peerHost);
  const socket = createSocket({ type: isSix ? "udp6" : "udp4", lookup: literalLookup });
  socket.on("error", () => undefined);
  try {
    socket.connect(discardPort, peerHost);
    const { address } = socket.address();
    if (!/^[0:.]+$/.test(address)) return address.split("%")[0];
  } catch {
    // There is no route to it now.
  } finally {
    socket.close();
  }
  return outwardHost(isSix);
}

/** Any port does, since nothing is sent. */
const discardPort = 9;

function outwardHost(isSix: boolean): string | undefined {
  const family = isSix ? "IPv6" : "IPv4";
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.find((one) => one.family === family && !one.internal && !one.address.startsWith("fe80:"))?.address;
}

/** Only a connected socket is told of ICMP "port unreachable"; so a second, short-lived one asks with a bare CRLF,
 * which SIP peers ignore (RFC 3261 §7.5). */
function probeDatagram(host: string, port: number, onRefused: (message: string) => void): () => void {
  const socket = createSocket({ type: isIPv6(host) ? "udp6" : "udp4", lookup: literalLookup });
  const state = { isOpen: true };
  const close = () => {
    if (!state.isOpen) return;
    state.isOpen = false;
    socket.close();
  };
  socket.on("error", (error) => {
    if (!state.isOpen) return;
    close();
    onRefused(error.message);
  });
  socket.connect(port, host, () => {
    if (state.isOpen) socket.send("\r\n", () => undefined);
  });
  socket.unref();
  return close;
}
