import { createHash } from "node:crypto";
import { serveCommands } from "../peer.ts";
import { runEngineCall } from "../workloads/engine-call.ts";
import { handshakeMs } from "../workloads/dtls-handshake.ts";
import { mixedCosts, type MixedCosts } from "../workloads/mixed-room.ts";
import { parseInvite } from "../workloads/parse-invite.ts";
import { playMany, type scriptedCalls } from "../workloads/scripted-calls.ts";
import { protectAndOpen } from "../workloads/srtp-packets.ts";
import { perSecond } from "../workloads/per-second.ts";

const block = Buffer.alloc(1_024, 7);
const work = {
  hash: () => void createHash("sha256").update(block).digest(),
  parse: parseInvite,
  engine: () => void runEngineCall(),
  // Opus at 24 to 32 kbit/s with its extension.
  srtp: protectAndOpen("AES_CM_128_HMAC_SHA1_80", 80),
  // G.711 of telephones.
  "srtp-telephone": protectAndOpen("AES_CM_128_HMAC_SHA1_80", 160),
  "srtp-256": protectAndOpen("AES_256_CM_HMAC_SHA1_80", 160),
  "srtp-gcm": protectAndOpen("AEAD_AES_128_GCM", 160),
} as const;

/** Work without network and threads, in a loop. */
export interface PureWork {
  readonly what: keyof typeof work;
  /** Processor time, milliseconds. */
  readonly warmMs: number;
  readonly measuredMs: number;
}

serveCommands({
  /** @returns times per second of processor time, once warm */
  run({ what, warmMs, measuredMs }: PureWork): number {
    perSecond(warmMs, 100, work[what]);
    return perSecond(measuredMs, 100, work[what]);
  },
  /** The latter half of so many handshakes. */
  handshakeMs(times: number): ReturnType<typeof handshakeMs> {
    handshakeMs(times / 2);
    return handshakeMs(times / 2);
  },
  mixedCosts: (ticks: number): Promise<MixedCosts> => mixedCosts(ticks),
  /** Calls per second of processor time, once warm. */
  async scriptedCalls({ scene, times }: { scene: keyof typeof scriptedCalls; times: number }): Promise<number> {
    await playMany(scene, times / 5);
    return playMany(scene, times);
  },
  stepsPerCall: (): number => runEngineCall(),
});
