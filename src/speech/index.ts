/** The speech room: text or SSML goes in, telephone audio comes out, from a cache or from an engine off the main thread. */
export { createSpeech } from "./create-speech.ts";
export { speechErrors } from "./errors.ts";
export { listVoices, type VoiceStandIn } from "./list-voices.ts";
export { whyUnspeakable } from "./why-unspeakable.ts";
export type { PollySettings } from "./polly/polly-settings.ts";
export type { Speech, SpeechEngineName, SpeechNews, SpeechOptions, SpeechRequest, TtsEngine } from "./types.ts";
