/** Telephone audio: RTP sessions in worker threads, WAV files in and out, and measuring what was heard. */
export { createMedia } from "./media.ts";
export { encodeWav } from "./wav/encode-wav.ts";
export { estimateStretch } from "./stream/quality/stretch-mos.ts";
export { measureSpeech, type SpeechMeasure } from "./measure-speech.ts";
export { pcmFromSamples, SAMPLE_RATE_HZ } from "./pcm.ts";
export { mediaErrors } from "./errors.ts";
export type { MediaStats } from "./stream/quality/media-stats.ts";
export type { PacketChoice, PacketWay } from "./io/choose-io.ts";
export type { PacketIo, PacketReceiver, PacketSocket, PacketDestination } from "./io/packet-io.ts";
export type { AudioProblem } from "./stream/quality/audio-problems.ts";
export type { DroppedPackets, PacketTotals } from "./stream/quality/packet-counts.ts";
export type {
  BrowserDelegate,
  BrowserMedia,
  BrowserRemote,
  BrowserSession,
  BrowserTransport,
  Media,
  MediaBridge,
  MediaDelegate,
  MediaLedger,
  MediaLoad,
  MediaMixer,
  MediaOptions,
  MediaSession,
  MemberLevel,
  MixerDelegate,
  MixerRate,
  MixerMedia,
  MixerPart,
  Pcm,
  PcmGrowth,
  SessionOptions,
  Sound,
  SourceRule,
} from "./types.ts";
export type {
  MediaRecording,
  MendedRecording,
  RecordedAudio,
  RecordingEnd,
  RecordingGap,
  RecordingNote,
  RecordingOptions,
  RecordingTrack,
  TimedRecording,
  TimedRecordingOptions,
  TimedRecordingOutcome,
} from "./node/recorder/types.ts";
