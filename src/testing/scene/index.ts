/** Scripted calls: a function on the machine of the server in virtual time, and a scene that says what callers do and what they must hear. */
export { dial, placeCall, usualCaller, usualNumber } from "./dial.ts";
export { callHandler, usualHangMs } from "./function-under-test.ts";
export { giveUpAfter } from "./loop-guard.ts";
export { eachWay } from "./each-way.ts";
export { nameLastEvent } from "./name-event.ts";
export { openFunction, type OpenFunction, type OpenFunctionOptions } from "./open-function.ts";
export { SceneError } from "./scene-error.ts";
export type { ScriptedCall } from "./scripted-call.ts";
export { CalledParty, type KeyTiming, type ScriptedLeg, type Waiting } from "./scripted-leg.ts";
export { lengthOf, wordsOf, type Sound } from "./sound.ts";
export type { Fault, Handler, SceneEvent, SceneOptions } from "./types.ts";
