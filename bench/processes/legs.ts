import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AudioCodec, NegotiatedAudio } from "../../src/sdp/index.ts";
import { silentLogger } from "../../src/kernel/index.ts";
import {
  createMedia,
  pcmFromSamples,
  SAMPLE_RATE_HZ,
  type BrowserSession,
  type BrowserTransport,
  type Media,
  type MediaBridge,
  type MediaRecording,
  type MediaSession,
} from "../../src/media/index.ts";
import { codecs } from "../../src/media/codec/codecs.ts";
import { readCpu } from "../cpu.ts";
import type { BrowserFacts, LegKind, LegUse, MoreLegs, OurLegs } from "../leg-kinds.ts";
import type { BrowserOffered } from "./browsers.ts";
import { serveCommands } from "../peer.ts";

interface Leg {
  readonly session: MediaSession;
  recording?: MediaRecording;
  bridge?: MediaBridge;
}

const promptSeconds = 10;
const prompt = pcmFromSamples(
  Int16Array.from({ length: promptSeconds * SAMPLE_RATE_HZ }, (_, index) => 8_000 * Math.sin(index / 3)),
);
const widePrompt = {
  ...prompt,
  wide: pcmFromSamples(
    Int16Array.from({ length: 2 * prompt.samples.length }, (_, index) => 8_000 * Math.sin(index / 6)),
  ).samples,
};
/** Where to is found by checks. */
const browserAudio: NegotiatedAudio = {
  ...{ remoteAddress: "", remotePort: 0, remoteRtcpAddress: "", remoteRtcpPort: 0, isMultiplexed: true },
  ...{ codec: { name: "opus", payloadType: 111 }, telephoneEventPayloadType: undefined },
  ...{ ptimeMs: 20, direction: "sendrecv" },
};
const folder = mkdtempSync(join(tmpdir(), "offhook-bench-legs-"));
const state: { media?: Media; kind: LegKind; keys: number } = { kind: "playing", keys: 0 };
const legs: Leg[] = [];
const browsers: BrowserSession[] = [];

const isJoined = () => ["bridged", "transcoded", "wideband"].includes(state.kind);
/** Of the second leg of a pair, where it is not that of the first. */
const otherCodecs: Partial<Record<LegKind, AudioCodec["name"]>> = { transcoded: "PCMA", wideband: "G722" };

async function open(remotePort: number): Promise<Leg | undefined> {
  const { media, kind } = state;
  const isSecond = legs.length % 2 === 1;
  const near = isJoined() && isSecond ? legs.at(-1)?.session : undefined;
  const session = await media
    ?.openSession({ onDigit: () => void state.keys++ }, near === undefined ? {} : { near })
    .catch(() => undefined);
  if (media === undefined || session === undefined) return undefined;
  const codec = codecs[(isSecond ? otherCodecs[kind] : undefined) ?? "PCMU"];
  session.start({
    ...{ remoteAddress: "127.0.0.1", remotePort, remoteRtcpAddress: "127.0.0.1", remoteRtcpPort: remotePort },
    codec: { name: codec.name, payloadType: codec.payloadType ?? 111 },
    // Without the agreement on events, keys are looked for in the audio.
    telephoneEventPayloadType: kind === "digits" ? undefined : 101,
    ...{ ptimeMs: 20, direction: "sendrecv" },
  });
  const leg: Leg = { session };
  if (near !== undefined) leg.bridge = media.bridge(near, session);
  if (kind === "playing" || kind === "digits") session.play("prompt", prompt, 1_000);
  if (kind === "recorded") leg.recording = session.startRecording({ track: "incoming" });
  return leg;
}

async function endRecording({ recording }: Leg): Promise<void> {
  const done = await recording?.stop().catch(() => undefined);
  if (done !== undefined) rmSync(done.path, { force: true });
}

async function close(leg: Leg): Promise<void> {
  await endRecording(leg);
  leg.bridge?.close();
  await leg.session.close();
}

/** Legs of the media room alone, on one worker. */
serveCommands(
  {
    async start({ kind, packets }: OurLegs): Promise<void> {
      const range = { min: 0, max: 0 };
      const options = {
        ...{ address: "127.0.0.1", portRange: range, workers: 1, recordingsFolder: folder, log: silentLogger },
        ...(packets === undefined ? {} : { packets }),
      };
      Object.assign(state, { kind, media: await createMedia(options) });
    },
    /** @returns the ports at which the new legs listen; fewer than asked when the worker refuses more */
    async add({ remotePorts }: MoreLegs): Promise<number[]> {
      const ports: number[] = [];
      for (const remotePort of remotePorts) {
        const leg = await open(remotePort);
        if (leg === undefined) break;
        legs.push(leg);
        ports.push(leg.session.localPort);
      }
      // One without the other of its pair hears nothing.
      const single = isJoined() && legs.length % 2 === 1 ? legs.pop() : undefined;
      if (single === undefined) return ports;
      await close(single);
      return ports.slice(0, -1);
    },
    /** Opens sessions that wait for these browsers. */
    async openBrowsers(offers: readonly BrowserOffered[]): Promise<BrowserTransport[]> {
      const { media } = state;
      if (media === undefined) throw new Error("nothing was started");
      for (const offer of offers) {
        browsers.push(await media.openBrowserSession({}, { ...offer, audio: browserAudio }));
      }
      return browsers.map(({ transport }) => transport);
    },
    playToBrowsers(): void {
      for (const session of browsers) session.play("prompt", widePrompt, 1_000);
    },
    browserFacts(): BrowserFacts {
      const { lateMs = 0 } = state.media?.load() ?? {};
      return { ...readCpu(), lateMs, memoryBytes: process.memoryUsage().rss };
    },
    async closeBrowsers(): Promise<void> {
      await Promise.all(browsers.splice(0).map((session) => session.close()));
    },
    async drop(count: number): Promise<void> {
      await Promise.all(legs.splice(-count).map(close));
    },
    /** Begins recordings anew, so that files stay small. */
    async renew(): Promise<void> {
      await Promise.all(
        legs.map(async (leg) => {
          if (leg.recording === undefined) return;
          await endRecording(leg);
          leg.recording = leg.session.startRecording({ track: "incoming" });
        }),
      );
    },
    use(): LegUse {
      const { processMs, atMs } = readCpu();
      return { processMs, atMs, keys: state.keys };
    },
  },
  async () => {
    await state.media?.close();
    rmSync(folder, { recursive: true, force: true });
  },
);
