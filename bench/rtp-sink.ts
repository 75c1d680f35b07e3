import { createSocket, type Socket } from "node:dgram";

/** Sockets that take RTP and send each packet back, with another SSRC: a far end that costs next to nothing and hears and
 * speaks as much as a phone. Streams are told apart by the port that they come from. */
export interface Sinks {
  /** Port for the far end number `index`. */
  portOf(index: number): number;
  /** Watches the stream from `port`; `onFirst` is told when its first packet came. @returns how to stop; gives the packets counted */
  watch(port: number, onFirst: (atMs: number) => void): () => number;
}

interface Stream {
  packets: number;
  firstAtMs: number | undefined;
  onFirst: ((atMs: number) => void) | undefined;
}

/** Opens `count` sockets on loopback. */
export async function openSinks(count: number): Promise<Sinks> {
  const streams = new Map<number, Stream>();
  const streamOf = (port: number): Stream => {
    let stream = streams.get(port);
    if (stream === undefined) {
      stream = { packets: 0, firstAtMs: undefined, onFirst: undefined };
      streams.set(port, stream);
    }
    return stream;
  };
  const sockets = await Promise.all(
    Array.from({ length: count }, () =>
      openEchoSocket((port, atMs) => {
        const stream = streamOf(port);
        if (stream.packets++ > 0) return;
        stream.firstAtMs = atMs;
        stream.onFirst?.(atMs);
      }),
    ),
  );
  const ports = sockets.map((socket) => socket.address().port);
  return {
    portOf: (index) => ports[index % ports.length] ?? 0,
    watch(port, onFirst) {
      // The last packets of an earlier stream may have come from the same port.
      const isStale = performance.now() - (streams.get(port)?.firstAtMs ?? 0) > staleMs;
      if (isStale) streams.delete(port);
      const stream = streamOf(port);
      stream.onFirst = onFirst;
      if (stream.firstAtMs !== undefined) onFirst(stream.firstAtMs);
      return () => {
        streams.delete(port);
        return stream.packets;
      };
    },
  };
}

const staleMs = 200;
const receiveBufferBytes = 4_194_304;

/** Opens a socket that sends RTP back to where it came from; `onPacket` is told the port it came from, once a packet. */
export async function openEchoSocket(
  onPacket: (fromPort: number, atMs: number, packet: Buffer) => void,
): Promise<Socket> {
  const socket = createSocket({ type: "udp4", lookup: (name, _options, callback) => callback(null, name, 4) });
  await new Promise<void>((resolve) => void socket.bind(0, "127.0.0.1", resolve));
  socket.setRecvBufferSize(receiveBufferBytes);
  socket.on("error", () => undefined);
  socket.on("message", (packet, from) => {
    // RTCP has packet types 200 to 204 where RTP has marker and payload type. RFC 5761 §4
    const type = packet[1] ?? 0;
    if (type >= 192 && type <= 223) return;
    onPacket(from.port, performance.now(), packet);
    packet[8] = (packet[8] ?? 0) ^ 0xff;
    socket.send(packet, from.port, from.address);
  });
  return socket;
}
