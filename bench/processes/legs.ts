import { silentLogger } from "../../src/kernel/index.ts";
import {
  createMedia,
  pcmFromSamples,
  SAMPLE_RATE_HZ,
  type Media,
  type MediaSession,
  type MediaStats,
} from "../../src/media/index.ts";
import { readCpu } from "../cpu.ts";
import { serveCommands } from "../peer.ts";

/** More legs, towards these ports. */
export interface MoreLegs {
  readonly remotePorts: readonly number[];
}

const promptSeconds = 10;
const prompt = pcmFromSamples(
  Int16Array.from({ length: promptSeconds * SAMPLE_RATE_HZ }, (_, index) => 8_000 * Math.sin(index / 3)),
);
const state: { media?: Media } = {};
const sessions: MediaSession[] = [];

/** Media alone, with one worker: legs that play and are spoken to. */
serveCommands(
  {
    /** Opens legs and lets each play without end. @returns how many are up, fewer when the worker refuses more */
    async add({ remotePorts }: MoreLegs): Promise<number> {
      state.media ??= await createMedia({
        address: "127.0.0.1",
        portRange: { min: 0, max: 0 },
        workers: 1,
        packets: process.env["BENCH_PACKETS"] === "batched" ? "batched" : "dgram",
        log: silentLogger,
      });
      for (const remotePort of remotePorts) {
        const session = await state.media.openSession({}).catch(() => undefined);
        if (session === undefined) break;
        sessions.push(session);
        session.start({
          remoteAddress: "127.0.0.1",
          remotePort,
          remoteRtcpAddress: "127.0.0.1",
          remoteRtcpPort: remotePort,
          codec: { name: "PCMU", payloadType: 0 },
          telephoneEventPayloadType: 101,
          ptimeMs: 20,
          direction: "sendrecv",
        });
        session.play("prompt", prompt, 1_000);
      }
      return sessions.length;
    },
    stats: (): Promise<MediaStats[]> => Promise.all(sessions.map((session) => session.stats())),
    cpu: readCpu,
  },
  async () => state.media?.close(),
);
