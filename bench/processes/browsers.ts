import { systemClock } from "../../src/kernel/index.ts";
import { codecs } from "../../src/media/codec/codecs.ts";
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
const PACKET_MS = 20;
/** Browsers speak in so many groups, one after the other in each packet time. */
const groups = 4;
const opus = { payloadType: 111, map: "opus/48000/2", ticks: 960 };

const io = createDgramIo();
const peers: BrowserPeer[] = [];
const state = { heard: 0, turns: 0 };

const murmur = encoded((index) => 6_000 * Math.sin(index / 8) * Math.sin(index / 850));
const silence = encoded(() => 0);
/** Who says how loud a packet is. RFC 6464, RFC 8285 §4.2 */
const levelOf = (belowFullScaleDb: number) => [0xbe, 0xde, 0, 1, 0x10, belowFullScaleDb, 0, 0];
const loud = levelOf(20);
const quiet = levelOf(127);

/** Two seconds in packets of 20 ms. */
function encoded(sampleAt: (index: number) => number): readonly Uint8Array[] {
  const encoder = codecs.opus.createEncoder(16_000);
  const output = new Uint8Array(1_500);
  return Array.from({ length: 100 }, (_, packet) => {
    const samples = Int16Array.from({ length: 320 }, (_, index) => sampleAt(packet * 320 + index));
    return output.slice(0, encoder.encode(samples, 0, samples.length, output, 0));
  });
}

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

/** Every second browser speaks, the others are silent, with a packet every 20 ms. */
function speak(): void {
  const group = state.turns % groups;
  const packet = Math.floor(state.turns / groups) % murmur.length;
  for (let index = group; index < peers.length; index += groups) {
    const isSpeaking = index % 2 === 0;
    const payload = (isSpeaking ? murmur : silence)[packet];
    const peer = peers[index];
    if (peer?.hasKeys === true && payload !== undefined) peer.say(payload, undefined, isSpeaking ? loud : quiet);
  }
  state.turns++;
}

/** Counts what was heard since, and forgets it. */
function countHeard(): void {
  for (const peer of peers) state.heard += peer.heard.splice(0).length;
}

/** Browsers that join all at once, and may talk. */
serveCommands({
  offer(count: number): BrowserOffered[] {
    const setting = { io, clock: systemClock, address: "127.0.0.1", codec: opus };
    const more = Array.from({ length: count }, () => new BrowserPeer(setting));
    peers.push(...more);
    return more.map(({ ufrag, certificate }) => ({ iceUfrag: ufrag, fingerprint: certificate.fingerprint }));
  },
  /** Those that offered last. */
  async join(transports: readonly BrowserTransport[]): Promise<Joined> {
    const joining = peers.slice(-transports.length);
    const outcomes = await Promise.all(transports.map((transport, index) => join(joining[index], transport)));
    return {
      tookMs: outcomes.filter((outcome) => typeof outcome === "number"),
      failures: outcomes.filter((outcome) => typeof outcome === "string"),
    };
  },
  talk(): void {
    const startedAtMs = performance.now();
    setInterval(() => {
      countHeard();
      while (performance.now() - startedAtMs >= (state.turns * PACKET_MS) / groups) speak();
    }, PACKET_MS / groups);
  },
  /** @returns packets that all of them heard so far */
  heard(): number {
    countHeard();
    return state.heard;
  },
  async leave(count?: number): Promise<void> {
    await Promise.all(peers.splice(-(count ?? peers.length)).map((peer) => peer.leave()));
  },
});
