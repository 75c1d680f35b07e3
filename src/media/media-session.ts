import type { RtpCommand } from "./worker/messages.ts";
import type { RtpLink } from "./worker/rtp-link.ts";
import type { MediaSession, MediaStats } from "./types.ts";
import { pcmFromSamples } from "./pcm.ts";

/** What is left to say of a session whose worker is gone. */
const UNKNOWN_STATS: MediaStats = {
  packetsSent: 0,
  packetsReceived: 0,
  packetsLost: 0,
  jitterMs: 0,
  remotePacketsLost: undefined,
  remoteJitterMs: undefined,
  roundTripMs: undefined,
  worstSendLatenessMs: 0,
  ticksSkipped: 0,
};

/** The main thread's handle on a session that its worker opened. `onClosed` is called once, when the ports are free again. */
export function createMediaSession(
  link: RtpLink,
  session: number,
  local: { readonly address: string; readonly port: number },
  onClosed: () => void,
): MediaSession {
  let closing: Promise<MediaStats> | undefined;

  const ask = async (type: "stats" | "close"): Promise<MediaStats> => {
    // A worker that ended took its sockets along, so that closing has succeeded and there is nothing more to learn.
    const reply = await link.ask((request) => ({ type, request, session })).catch(() => undefined);
    return reply?.type === "stats" ? reply.stats : UNKNOWN_STATS;
  };

  /** Commands to a session that is closing go nowhere. */
  const tell = (command: RtpCommand): void => {
    if (closing === undefined) link.tell(command);
  };

  return {
    localAddress: local.address,
    localPort: local.port,
    start: (audio) => tell({ type: "start", session, audio }),
    play: (playbackId, { samples }, repeat) => tell({ type: "play", session, playbackId, samples, repeat }),
    stopPlayback: (playbackId) => tell({ type: "stop-playback", session, playbackId }),
    sendDigits: (sendId, digits, toneMs, gapMs) =>
      tell({ type: "send-digits", session, sendId, digits, toneMs, gapMs }),
    startCapture: () => tell({ type: "start-capture", session }),
    async stopCapture() {
      if (closing !== undefined) return pcmFromSamples([]);
      const reply = await link.ask((request) => ({ type: "stop-capture", request, session })).catch(() => undefined);
      return reply?.type === "captured" ? { samples: reply.samples } : pcmFromSamples([]);
    },
    stats: () => closing ?? ask("stats"),
    close() {
      closing ??= ask("close").finally(onClosed);
      return closing;
    },
  };
}
