import { systemClock } from "../../src/kernel/index.ts";
import { createDgramIo } from "../../src/media/io/dgram.ts";
import type { BrowserTransport } from "../../src/media/index.ts";
import { BrowserPeer } from "../../test/webrtc/browser-peer.ts";
import { pause } from "../pause.ts";
import { serveCommands } from "../peer.ts";

/** What one browser says of the way to it. */
export interface BrowserOffered {
  readonly iceUfrag: string;
  readonly fingerprint: string;
}

/** How a joining went. */
export interface Joined {
  /** From the first connectivity check until there were keys, milliseconds, of those that have any. */
  readonly tookMs: readonly number[];
  readonly failures: readonly string[];
}

/** After this time a browser is taken to have failed. */
const patienceMs = 10_000;
const lookEveryMs = 5;
const peers: BrowserPeer[] = [];

async function join(peer: BrowserPeer | undefined, transport: BrowserTransport): Promise<number | string> {
  const startedAtMs = performance.now();
  if (peer === undefined) return "no browser";
  await peer.connectTo(transport);
  while (!peer.hasKeys) {
    const tookMs = performance.now() - startedAtMs;
    if (peer.failure !== undefined || tookMs > patienceMs) return peer.failure ?? "no keys in time";
    await pause(lookEveryMs);
  }
  return performance.now() - startedAtMs;
}

/** Browsers that join all at once. */
serveCommands({
  offer(count: number): BrowserOffered[] {
    const io = createDgramIo();
    const more = Array.from({ length: count }, () => new BrowserPeer({ io, clock: systemClock, address: "127.0.0.1" }));
    peers.push(...more);
    return more.map(({ ufrag, certificate }) => ({ iceUfrag: ufrag, fingerprint: certificate.fingerprint }));
  },
  async join(transports: readonly BrowserTransport[]): Promise<Joined> {
    const outcomes = await Promise.all(transports.map((transport, index) => join(peers[index], transport)));
    return {
      tookMs: outcomes.filter((outcome) => typeof outcome === "number"),
      failures: outcomes.filter((outcome) => typeof outcome === "string"),
    };
  },
  async leave(): Promise<void> {
    await Promise.all(peers.splice(0).map((peer) => peer.leave()));
  },
});
