import type { NegotiatedAudio } from "../sdp/index.ts";
import type { RtpCommand } from "./worker/messages.ts";
import type { WorkerHandle } from "./worker/worker-handle.ts";
import type { MediaStats } from "./stream/quality/media-stats.ts";
import type { MediaSession } from "./types.ts";
import type { CodedPrompts } from "./coded-prompts.ts";
import { createSessionRecordings } from "./recording-handles.ts";
import { pcmFromSamples } from "./pcm.ts";

/** The statistics of a session whose worker has ended. */
const UNKNOWN_STATS: MediaStats = {
  isUnknown: true,
  codecs: [],
  ...{ packetsSent: 0, packetsReceived: 0, packetsLost: 0, packetsLate: 0, packetsDuplicated: 0 },
  ...{ bytesSent: 0, bytesReceived: 0, reportsSent: 0, reportBytesSent: 0, reportBytesReceived: 0 },
  ...{ jitterMs: 0, worstJitterMs: 0, mos: undefined, roundTripMs: undefined },
  ...{ reportsReceived: 0, reportsImplausible: 0 },
  ...{ remotePacketsLost: undefined, remoteJitterMs: undefined, remoteMos: undefined },
  ...{ dropped: {}, longestQuietMs: 0, clippedShare: undefined, outgoingClippedShare: undefined, problems: [] },
  ...{ worstSendLatenessMs: 0, ticksSkipped: 0 },
};

/** What a handle needs to know of its session. */
export interface MediaSessionSetting {
  readonly address: string;
  readonly port: number;
  readonly recordingsFolder: string;
  readonly codedPrompts: CodedPrompts;
  /** Called once, with the first `close()`. */
  readonly onClosing: () => void;
  /** Called once, when the ports are free again. */
  readonly onClosed: () => void;
}

/** The main thread's handle on a session that its worker opened. */
export function createMediaSession(worker: WorkerHandle, session: number, setting: MediaSessionSetting): MediaSession {
  let closing: Promise<MediaStats> | undefined;
  let codec: NegotiatedAudio["codec"]["name"] | undefined;

  const ask = async (type: "stats" | "close"): Promise<MediaStats> => {
    // The sockets of a worker that ended are closed, so closing has succeeded, and there are no statistics.
    const reply = await worker.ask((request) => ({ type, request, session })).catch(() => undefined);
    return reply?.type === "stats" ? reply.stats : UNKNOWN_STATS;
  };

  /** Commands to a session that is closing are ignored. */
  const tell = (command: RtpCommand): void => {
    if (closing === undefined) worker.tell(command);
  };

  const recordings = createSessionRecordings(worker, session, setting.recordingsFolder, () => closing !== undefined);

  return {
    localAddress: setting.address,
    localPort: setting.port,
    start(audio, signalledFrom, rule) {
      codec = audio.codec.name;
      tell({ type: "start", session, audio, signalledFrom, rule });
    },
    answered: () => tell({ type: "answered", session }),
    play(playbackId, pcm, repeat) {
      const { samples, wide, growth } = pcm;
      const coded = setting.codedPrompts.of(pcm, codec);
      tell({ type: "play", session, playbackId, samples, wide, coded, growth: growth?.state, repeat });
    },
    stopPlayback: (playbackId) => tell({ type: "stop-playback", session, playbackId }),
    sendDigits: (sendId, digits, toneMs, gapMs) =>
      tell({ type: "send-digits", session, sendId, digits, toneMs, gapMs }),
    signalKey: (digit, durationMs) => tell({ type: "signal-key", session, digit, durationMs }),
    suppressNoise: (isOn) => tell({ type: "suppress-noise", session, isOn }),
    startCapture: () => tell({ type: "start-capture", session }),
    async stopCapture() {
      if (closing !== undefined) return pcmFromSamples([]);
      const reply = await worker.ask((request) => ({ type: "stop-capture", request, session })).catch(() => undefined);
      return reply?.type === "captured" ? { samples: reply.samples } : pcmFromSamples([]);
    },
    startRecording: (options) => recordings.start(options),
    recordUntil: (options) => recordings.startTimed(options),
    stats: () => closing ?? ask("stats"),
    close() {
      if (closing === undefined) {
        closing = ask("close").finally(setting.onClosed);
        setting.onClosing();
      }
      return closing;
    },
  };
}
