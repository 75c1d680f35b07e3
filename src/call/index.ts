/** A call as a pure machine that knows the contract: each input gives a new state and what shall be done, as data. No promise, no thread, no
 * port: `src/engine` is its shell. */
export { defineAction, invalidLeg, systemException } from "./action/action.ts";
export type {
  ActionCheck,
  ActionContext,
  ActionDefinition,
  ActionEffect,
  ActionError,
  ActionInput,
  ActionLimits,
  ActionProgress,
  CheckContext,
} from "./action/action.ts";
export { parametersOf, readParameters } from "./action/action-parameters.ts";
export { createCallMachine, newCallState, type CallMachine, type NewCall } from "./call-machine.ts";
export {
  compatibilityPositions,
  defaultCompatibility,
  positionsBefore,
  type CompatibilitySwitches,
} from "./compatibility.ts";
export { callEndTypes, type CallEndType } from "./end-type.ts";
export { afterLoss } from "./after-loss.ts";
export { notKept, type CallKeeper } from "./call-keeper.ts";
export { callErrors } from "./errors.ts";
export type { AudioSource, CallEffect, Destination, ObjectName } from "./effects.ts";
export type { LegAudioRecord, MachineStep, StepRecorder } from "./step-recorder.ts";
export type { Answer, Question } from "./questions.ts";
export type { CallInput, FunctionReply, JoinedMeeting, PlaybackError } from "./inputs.ts";
export type { LegEnd } from "../endpoint/index.ts";
export { meetingNumber } from "./leg/partner.ts";
export { tagOf, type ParticipantTag } from "./participant-tag.ts";
export type { CallState, JsonObject, Leg, LegState, TargetApplication } from "./state.ts";
export {
  createPatternMatcher,
  searchTexts,
  type PatternMatcher,
  type PatternVerdict,
} from "./pattern/pattern-matcher.ts";
export { answerAtOnce, answerTo, type AnswerSource } from "./answer-at-once.ts";
export { checkReply } from "./reply/reply.ts";
export {
  boundReply,
  isWithinBounds,
  redactCut,
  replyBounds,
  type Cut,
  type ReplyBounds,
} from "./reply/reply-bounds.ts";
export { findForbiddenHeaders, showHeaders, type ForbiddenHeader } from "./sip-headers.ts";
export { documentedLimits, type CallLimits, type MachineConfig, type MachineParts, type MachineRules } from "./turn.ts";
export type { CallFact, CallObservation } from "./facts.ts";
