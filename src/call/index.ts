/** The call engine: a pure machine that knows the contract, and the shell that runs one machine per call. */
export { defineAction, invalidLeg, systemException } from "./action.ts";
export type {
  ActionCheck,
  ActionContext,
  ActionDefinition,
  ActionEffect,
  ActionError,
  ActionInput,
  ActionLimits,
  ActionStep,
  CheckContext,
} from "./action.ts";
export { parametersOf, readParameters } from "./action-parameters.ts";
export { newCallState, stepCall, type NewCall } from "./call-machine.ts";
export {
  compatibilityPositions,
  defaultCompatibility,
  positionsBefore,
  type CompatibilitySwitches,
} from "./compatibility.ts";
export { findLeftovers, type Leftover } from "./delivery-notes.ts";
export { createCallEngine, refusalOf } from "./engine.ts";
export { callErrors } from "./errors.ts";
export type { AudioSource, CallEffect, Destination, ObjectName } from "./effects.ts";
export { readFunctionReply } from "./function-reply.ts";
export { giveAnswers, noteAnswers, type Answer, type CallHistory, type HistoryStep } from "./history.ts";
export type { CallInput, FunctionReply, LegEnd, PlaybackError } from "./inputs.ts";
export type { CallState, JsonObject, Leg, Target } from "./state.ts";
export { createPatternMatcher, searchTexts, type PatternMatcher, type PatternVerdict } from "./pattern-matcher.ts";
export { searchAtOnce } from "./search-at-once.ts";
export { checkReply } from "./reply.ts";
export { boundReply, isOfAttributes, replyBounds, type Cut } from "./reply-bounds.ts";
export type { CallPorts, CallSettings, Route, SessionDescriptions } from "./ports.ts";
export { findForbiddenHeaders, type ForbiddenHeader } from "./sip-headers.ts";
export { documentedLimits, type CallLimits, type MachineConfig } from "./turn.ts";
export type { CallControl, CallEngine, CallLedger, CreateCallOutcome, CreateCallRequest } from "./types.ts";
export type { CallFact, CallObservation } from "./facts.ts";
export { createWordsThreads } from "./words-thread.ts";
