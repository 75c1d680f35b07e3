/** Telephone audio: RTP sessions in worker threads, WAV files in and out, and measuring what was heard. */
export { createMedia } from "./media.ts";
export { encodeWav } from "./wav/encode-wav.ts";
export { measureSpeech, type SpeechMeasure } from "./measure-speech.ts";
export { pcmFromSamples, SAMPLE_RATE_HZ } from "./pcm.ts";
export { mediaErrors } from "./errors.ts";
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
  MediaRecording,
  MediaSession,
  MediaStats,
  MemberLevel,
  MendedRecording,
  MixerDelegate,
  MixerRate,
  MixerMedia,
  MixerPart,
  Pcm,
  PcmGrowth,
  RecordedAudio,
  RecordingEnd,
  RecordingGap,
  RecordingOptions,
  RecordingTrack,
  SourceRule,
  SessionOptions,
  TimedRecording,
  TimedRecordingOptions,
  TimedRecordingOutcome,
} from "./types.ts";
