/** The test kit for those who write calls: calls by script in virtual time, a phone that tests drive, tones and how to find them in what was heard,
 * a clock that stands still, a network without sockets. */
export { createManualClock, type ManualClock } from "./manual-clock.ts";
export { createMemoryNetwork, type MemoryNetwork, type MemoryPacket } from "./memory-network.ts";
export {
  dial,
  eachWay,
  openFunction,
  placeCall,
  SceneError,
  type CalledParty,
  type Fault,
  type Handler,
  type OpenFunction,
  type SceneEvent,
  type SceneOptions,
  type ScriptedCall,
  type ScriptedLeg,
  type Sound,
} from "./scene/index.ts";
export { explore, type ExploreOptions, type Finding } from "./explore/index.ts";
export { loadFunction, playScene, printScenes, printSceneSchema, readScenes, writeScene } from "./script/index.ts";
export { runSuite, type SuiteOptions } from "./suite/run-suite.ts";
export { drawFlow, printMermaid, type CallFlow } from "./observe/index.ts";
export { testingErrors } from "./errors.ts";
export { sampleActionsOf, sampleEvent } from "./samples/index.ts";
export { runCaller } from "./caller/index.ts";
export { openTestPhone } from "./test-phone.ts";
export { concatPcm, dominantFrequencyHz, silence, slicePcm, tone, toneLevelDbfs } from "./tones.ts";
export { createLogger, errorCode, silentLogger, systemClock, type Clock, type Logger } from "../kernel/index.ts";
export { createMedia, encodeWav, measureSpeech, pcmFromSamples, type Media, type Pcm } from "../media/index.ts";
export {
  createPhone,
  explainEnd,
  phoneErrors,
  summarizeReport,
  type DialOptions,
  type Greeting,
  type Phone,
  type PhoneCall,
  type PhoneCallReport,
  type PhoneLedger,
  type PhoneOptions,
} from "../phone/index.ts";
export type { CallEnd, SipAddress, SipHeader, SipTraceEntry } from "../sip/index.ts";
