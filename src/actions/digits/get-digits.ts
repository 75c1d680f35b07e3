import type {
  ActionContext,
  ActionEffect,
  ActionError,
  ActionInput,
  ActionProgress,
  AudioSource,
  CompatibilitySwitches,
  PatternVerdict,
  PlaybackError,
} from "../../call/index.ts";
import type { DigitRules } from "./digit-rules.ts";
import { patternTooSlow } from "./input-pattern.ts";

/** What a get-digits action does: a prompt, keys, and another prompt when they are wrong. */
export interface GetDigits {
  readonly prompt: AudioSource;
  readonly failurePrompt: AudioSource;
  readonly rules: DigitRules;
}

/**
 * One get-digits action under way.
 *
 *     prompt -- a key, or its end --> gathering -- enough, a terminator, or time is up --> judging --> succeeded
 *        ^                                                                               |
 *        +------------------- attempts are left ------------------------------- failure prompt ---- none is left ----> failed
 */
export interface GetDigitsState {
  /** From 1. */
  readonly attempt: number;
  /** Keys of this attempt. */
  readonly digits: string;
  readonly phase:
    /** `isTimeUp`: the time for the first key passed meanwhile; the prompt is played to its end. */
    | { readonly type: "prompt"; readonly playbackId: string; readonly isTimeUp: boolean }
    | { readonly type: "failure-prompt"; readonly playbackId: string }
    | { readonly type: "gathering" }
    /** The keys are complete, and the pattern is being looked for. `hasInput`: a key was pressed. */
    | { readonly type: "judging"; readonly hasInput: boolean };
}

type Progress = ActionProgress<GetDigitsState>;

/** The type is the original's, the sentence is ours. Contract: actions-get-digits-failed, actions-get-digits-failed-text */
const attemptsUsedUp: ActionError = {
  errorType: "InvalidDigitsReceived",
  errorMessage: "The digits received are invalid.",
};

/** Plays the prompt of the first attempt. */
export function startGetDigits(value: GetDigits, context: ActionContext): Progress {
  return playPrompt(value, 1, [], context);
}

/** Goes on with an input. Every key belongs to the action, also one that comes at a wrong time: no listener of the leg hears it
 * meanwhile. Contract: actions-get-digits, actions-receive-digits-taken
 * @param explain turns a failure to play into what the event shows */
export function stepGetDigits(
  value: GetDigits,
  state: GetDigitsState,
  input: ActionInput,
  context: ActionContext,
  explain: (error: PlaybackError) => ActionError,
): Progress | undefined {
  const { phase } = state;
  if (phase.type === "judging") {
    return input.type === "pattern-searched" ? conclude(value, state, input.verdict, [], context) : undefined;
  }
  switch (input.type) {
    case "digit":
      return phase.type === "failure-prompt" ? running(state, []) : takeDigit(value, state, input.digit, context);
    case "timer":
      return timePassed(value, state, context);
    case "playback-finished":
      return isPlaying(state, input.playbackId) ? afterPlayback(value, state, context) : undefined;
    case "playback-failed":
      return isPlaying(state, input.playbackId) ? { type: "failed", ...explain(input.error), effects: [] } : undefined;
    default:
      return undefined;
  }
}

/** Stops what plays. */
export function stopGetDigits({ phase }: GetDigitsState): readonly ActionEffect[] {
  return "playbackId" in phase ? [{ do: "stop-playback", playbackId: phase.playbackId }] : [];
}

function isPlaying({ phase }: GetDigitsState, playbackId: string): boolean {
  return "playbackId" in phase && phase.playbackId === playbackId;
}

function running(state: GetDigitsState, effects: readonly ActionEffect[]): Progress {
  return { type: "running", state, effects };
}

function playPrompt(
  { prompt, rules }: GetDigits,
  attempt: number,
  before: readonly ActionEffect[],
  { newPlaybackId, compatibility }: ActionContext,
): Progress {
  const playbackId = newPlaybackId();
  const effects: ActionEffect[] = [...before, { do: "play-audio", playbackId, source: prompt, repeat: 1 }];
  if (compatibility.firstKeyTimeIncludesPrompt) effects.push({ do: "start-timer", delayMs: rules.firstDigitMs });
  return running({ attempt, digits: "", phase: { type: "prompt", playbackId, isTimeUp: false } }, effects);
}

/** The attempt was bad: the failure prompt, and then the next one, if there is one. Contract: actions-get-digits-failure-prompt,
 * actions-get-digits-last-attempt */
function attemptFailed(
  { failurePrompt, rules }: GetDigits,
  { attempt }: GetDigitsState,
  before: readonly ActionEffect[],
  { newPlaybackId, compatibility }: ActionContext,
): Progress {
  if (attempt >= rules.attempts && !compatibility.failurePromptAfterLastAttempt) {
    return { type: "failed", ...attemptsUsedUp, effects: before };
  }
  const playbackId = newPlaybackId();
  const play: ActionEffect = { do: "play-audio", playbackId, source: failurePrompt, repeat: 1 };
  return running({ attempt, digits: "", phase: { type: "failure-prompt", playbackId } }, [...before, play]);
}

/** The time for a key has passed. During the prompt that counts only where the time for the first key includes it; otherwise the timer is
 * one of the attempt before. Contract: actions-get-digits-first-key */
function timePassed(value: GetDigits, state: GetDigitsState, context: ActionContext): Progress | undefined {
  const { phase } = state;
  if (phase.type === "gathering") return evaluate(value, state, undefined, [], context);
  if (phase.type !== "prompt" || !context.compatibility.firstKeyTimeIncludesPrompt) return undefined;
  return running({ ...state, phase: { ...phase, isTimeUp: true } }, []);
}

/** A key during the prompt stops it and counts. Contract: actions-get-digits-prompt */
function takeDigit(value: GetDigits, state: GetDigitsState, digit: string, context: ActionContext): Progress {
  const { max, nextDigitMs, terminators } = value.rules;
  const effects = stopGetDigits(state);
  if (terminators.includes(digit)) return evaluate(value, state, digit, effects, context);
  const digits = (state.digits + digit).slice(0, max);
  const gathering: GetDigitsState = { ...state, digits, phase: { type: "gathering" } };
  if (digits.length >= max) return evaluate(value, gathering, undefined, effects, context);
  return running(gathering, [...effects, { do: "start-timer", delayMs: nextDigitMs }]);
}

function afterPlayback(value: GetDigits, state: GetDigitsState, context: ActionContext): Progress {
  const { attempts, max, firstDigitMs } = value.rules;
  if (state.phase.type === "failure-prompt") {
    if (state.attempt >= attempts) return { type: "failed", ...attemptsUsedUp, effects: [] };
    return playPrompt(value, state.attempt + 1, [], context);
  }
  const gathering: GetDigitsState = { ...state, phase: { type: "gathering" } };
  const isTimeUp = state.phase.type === "prompt" && state.phase.isTimeUp;
  if (max === 0 || isTimeUp) return evaluate(value, gathering, undefined, [], context);
  const isTimed = context.compatibility.firstKeyTimeIncludesPrompt;
  return running(gathering, isTimed ? [] : [{ do: "start-timer", delayMs: firstDigitMs }]);
}

/** The keys of an attempt are complete: `terminator` ended them, else their number or the time. Contract: actions-get-digits-end,
 * actions-get-digits-good, actions-get-digits-terminator */
function evaluate(
  value: GetDigits,
  state: GetDigitsState,
  terminator: string | undefined,
  effects: readonly ActionEffect[],
  context: ActionContext,
): Progress {
  const { digits } = state;
  const { pattern } = value.rules;
  const hasInput = digits !== "" || terminator !== undefined;
  const judging: GetDigitsState = { ...state, phase: { type: "judging", hasInput } };
  const verdict = judgeWithoutPattern(value.rules, digits, terminator, context);
  if (verdict !== undefined || pattern === undefined) {
    return conclude(value, judging, verdict ?? true, effects, context);
  }
  // The terminator is not part of the keys, but some patterns ask for it at their end.
  const wantsTerminator = terminator !== undefined && pattern.replace(/\$$/, "").endsWith(terminator);
  const triesAgain = wantsTerminator && context.compatibility.patternMayEndInTerminator;
  const texts = triesAgain ? [digits, digits + terminator] : [digits];
  return running(judging, [...effects, { do: "search-pattern", pattern, texts }]);
}

/** undefined: the pattern decides. Contract: actions-get-digits-terminator-alone */
function judgeWithoutPattern(
  rules: DigitRules,
  digits: string,
  terminator: string | undefined,
  { compatibility }: ActionContext,
): boolean | undefined {
  const { min } = rules;
  if (digits === "" && terminator !== undefined) return min === 0;
  if (digits === "" && !mayBeNothing(rules, compatibility.noKeysAreGood)) return false;
  return digits.length < min ? false : undefined;
}

/** Called when it is decided whether the keys are accepted. */
function conclude(
  value: GetDigits,
  state: GetDigitsState,
  verdict: PatternVerdict,
  effects: readonly ActionEffect[],
  context: ActionContext,
): Progress {
  if (verdict === "too-slow") return { type: "failed", ...patternTooSlow(value.rules.pattern ?? ""), effects };
  if (!verdict) return attemptFailed(value, state, effects, context);
  const hasInput = state.phase.type === "judging" && state.phase.hasInput;
  return { type: "succeeded", result: hasInput ? { ReceivedDigits: state.digits } : {}, effects };
}

/** Whether an attempt in which no key was pressed can be good. Contract: actions-get-digits-no-keys */
function mayBeNothing({ min, isMin0Sent }: DigitRules, position: CompatibilitySwitches["noKeysAreGood"]): boolean {
  return position === "when-min-0-is-sent" ? isMin0Sent : min === 0 && position === "when-min-is-0";
}
