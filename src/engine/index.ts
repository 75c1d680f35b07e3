/** The shell of the call machine: takes the INVITEs and requests of this node, and runs one machine for each call on the ports of the other
 * rooms. */
export { describeEncryption, describeLegAudio, nameProblem } from "./describe-leg-audio.ts";
export { connectorFunction } from "./connector/connector-function.ts";
export { createCallEngine } from "./engine.ts";
export { pingRefusalOf, refusalOf } from "./refuse-call.ts";
export type { CallingTrunk, CallPorts, CallSettings, FoundRoutes, Route } from "./ports.ts";
export type {
  CallControl,
  CallEngine,
  CallLedger,
  CreateCallOutcome,
  CreateCallRequest,
  UpdateCallOutcome,
} from "./types.ts";
export { readFunctionReply } from "./text/function-reply.ts";
export { createTextThreads } from "./text/text-threads.ts";
