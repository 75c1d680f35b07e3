import type { DtlsServer } from "../../src/media/dtls/dtls-server.ts";
import { DtlsPair } from "../../test/webrtc/dtls-pair.ts";

/** Runs whole handshakes of DTLS with a client that offers what a browser does, on a manual clock and without sockets.
 * @returns processor time of the server's side of one, milliseconds: of all its datagrams, and of the one that took longest on average */
export function handshakeMs(times: number): { readonly all: number; readonly longest: number } {
  const usedMs: number[] = [];
  for (let index = 0; index < times; index++) {
    const pair = new DtlsPair();
    measure(pair.server, usedMs);
    pair.run();
    if (pair.serverKeys === undefined) throw new Error("the handshake failed");
  }
  const each = usedMs.map((ms) => ms / times);
  return { all: each.reduce((sum, ms) => sum + ms, 0), longest: Math.max(...each) };
}

/** Adds what the n-th datagram takes to the n-th number. */
function measure(server: DtlsServer, usedMs: number[]): void {
  const receive = server.receive.bind(server);
  let count = 0;
  server.receive = (datagram, source) => {
    const before = process.cpuUsage();
    receive(datagram, source);
    const { user, system } = process.cpuUsage(before);
    usedMs[count] = (usedMs[count] ?? 0) + (user + system) / 1_000;
    count++;
  };
}
