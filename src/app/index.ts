/** The composition root: from a configuration to a running server. */
export type { CallFact, CallObservation } from "../call/index.ts";
export type {
  Difference,
  EngineReport,
  History,
  InvocationReport,
  Ladder,
  LadderLine,
  LadderRow,
  ListedCall,
  ReplayReport,
} from "../history/index.ts";
export { ladderRows, ownPartyName, readHistoryFile } from "../history/index.ts";
export { describeFinding } from "../contract/index.ts";
export { describeEncryption, describeLegAudio, nameProblem } from "../engine/index.ts";
export { describeOccurrence, type MeetingOccurrence } from "../meetings/index.ts";
export type { FunctionOutput } from "../invoke/index.ts";
export { describeRefusal } from "../sip/index.ts";
export type { Refusal, RegistrationChange, SipAddress, SipTraceEntry } from "../sip/index.ts";
export { defaultDevelopmentConfig, loadConfig, type Config } from "./config/config.ts";
export { checkConfig } from "./config/check.ts";
export { parseConfigText, type ConfigDocument, type ConfigPath, type Problem } from "./config/document.ts";
export { compileSchema } from "./config/schema.ts";
export { whyNoHandlerFile } from "./config/functions.ts";
export { listVoices, type VoiceStandIn } from "../speech/index.ts";
export { compatibility as compatibilitySettings } from "./settings/compatibility.ts";
export { printConfigSchema } from "./settings/configuration.ts";
export type { SettingNode } from "./settings/setting-node.ts";
export { collectBetweenCalls, youngMemory, type YoungMemory } from "./collect-between-calls.ts";
export { createRestTest, giveBackMemory, processMemory, type ProcessMemory } from "./give-back-memory.ts";
export { awsStandIns } from "./functions/aws-stand-ins.ts";
export { findHandlers } from "./functions/find-handlers.ts";
export { findLadder, listCalls, whyNoLadders, type LadderSource } from "./read-ladders.ts";
export type { SetupFinding } from "./check/finding.ts";
export { checkSetup } from "./load-check.ts";
export { replayCall, type ReplayCallOptions } from "./replay-call.ts";
export type { CallerDoor, CallerOrder, RunCaller, ToldStep } from "./scripted-callers.ts";
export { validateReply } from "./validate-reply.ts";
export { reachableHost } from "./routing/browser-address.ts";
export { startServer } from "./load-server.ts";
export type { Reloaded } from "./reload/reload-config.ts";
export type { Server, ServerLedger } from "./server.ts";
export type { ServerOptions } from "./start-server.ts";
