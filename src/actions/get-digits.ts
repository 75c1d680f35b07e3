import type {
  ActionContext,
  ActionEffect,
  ActionError,
  ActionInput,
  ActionStep,
  AudioSource,
  PlaybackError,
} from "../call/index.ts";
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
 *     prompt -- a key, or its end --> gathering -- enough, a terminator, or time is up --> succeeded
 *        ^                                |
 *        +---- attempts are left ---- failure prompt ---- none is left ----> failed
 */
export interface GetDigitsState {
  /** From 1. */
  readonly attempt: number;
  /** Keys of this attempt. */
  readonly digits: string;
  readonly phase:
    | { readonly type: "prompt" | "failure-prompt"; readonly playbackId: string }
    | { readonly type: "gathering" };
}

type Step = ActionStep<GetDigitsState>;

/** The type is the original's, the sentence is ours. Contract: actions section 4 row 3 */
const attemptsUsedUp: ActionError = {
  errorType: "InvalidDigitsReceived",
  errorMessage: "The digits received are invalid.",
};

/** Plays the prompt of the first attempt. */
export function startGetDigits({ prompt }: GetDigits, context: ActionContext): Step {
  return playPrompt(prompt, 1, [], context);
}

/** Goes on with an input. Every key belongs to the action, also one that comes at a wrong time: no listener of the leg hears it
 * meanwhile. Contract: actions sections 2.7, 4 rows 12 to 16 and 20
 * @param explain turns a failure to play into what the event shows */
export function stepGetDigits(
  value: GetDigits,
  state: GetDigitsState,
  input: ActionInput,
  context: ActionContext,
  explain: (error: PlaybackError) => ActionError,
): Step | undefined {
  const { phase } = state;
  switch (input.type) {
    case "digit":
      return phase.type === "failure-prompt" ? running(state, []) : takeDigit(value, state, input.digit, context);
    case "timer":
      return phase.type === "gathering" ? judge(value, state, undefined, [], context) : undefined;
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
  return phase.type === "gathering" ? [] : [{ do: "stop-playback", playbackId: phase.playbackId }];
}

function isPlaying({ phase }: GetDigitsState, playbackId: string): boolean {
  return phase.type !== "gathering" && phase.playbackId === playbackId;
}

function running(state: GetDigitsState, effects: readonly ActionEffect[]): Step {
  return { type: "running", state, effects };
}

function playPrompt(
  source: AudioSource,
  attempt: number,
  before: readonly ActionEffect[],
  context: ActionContext,
  type: "prompt" | "failure-prompt" = "prompt",
): Step {
  const playbackId = context.newPlaybackId();
  const play: ActionEffect = { do: "play-audio", playbackId, source, repeat: 1 };
  return running({ attempt, digits: "", phase: { type, playbackId } }, [...before, play]);
}

/** A key during the prompt stops it and counts. */
function takeDigit(value: GetDigits, state: GetDigitsState, digit: string, context: ActionContext): Step {
  const { max, nextDigitMs, terminators } = value.rules;
  const effects = stopGetDigits(state);
  if (terminators.includes(digit)) return judge(value, state, digit, effects, context);
  const digits = (state.digits + digit).slice(0, max);
  const gathering: GetDigitsState = { ...state, digits, phase: { type: "gathering" } };
  if (digits.length >= max) return judge(value, gathering, undefined, effects, context);
  return running(gathering, [...effects, { do: "start-timer", delayMs: nextDigitMs }]);
}

function afterPlayback(value: GetDigits, state: GetDigitsState, context: ActionContext): Step {
  const { attempts, max, firstDigitMs } = value.rules;
  if (state.phase.type === "failure-prompt") {
    if (state.attempt >= attempts) return { type: "failed", ...attemptsUsedUp, effects: [] };
    return playPrompt(value.prompt, state.attempt + 1, [], context);
  }
  const gathering: GetDigitsState = { ...state, phase: { type: "gathering" } };
  if (max === 0) return judge(value, gathering, undefined, [], context);
  return running(gathering, [{ do: "start-timer", delayMs: firstDigitMs }]);
}

/** The keys of an attempt are complete: `terminator` ended them, else their number or the time. */
function judge(
  value: GetDigits,
  state: GetDigitsState,
  terminator: string | undefined,
  effects: readonly ActionEffect[],
  context: ActionContext,
): Step {
  const { digits, attempt } = state;
  const verdict = isGood(value.rules, digits, terminator, context);
  if (verdict === "too-slow") return { type: "failed", ...patternTooSlow(value.rules.pattern ?? ""), effects };
  if (verdict) return { type: "succeeded", result: { ReceivedDigits: digits }, effects };
  return playPrompt(value.failurePrompt, attempt, effects, context, "failure-prompt");
}

function isGood(
  { pattern, min }: DigitRules,
  digits: string,
  terminator: string | undefined,
  { matches }: ActionContext,
): ReturnType<ActionContext["matches"]> {
  if (digits === "") return min === 0 && terminator !== undefined;
  if (digits.length < min) return false;
  if (pattern === undefined) return true;
  const found = matches(pattern, digits);
  // The terminator is not part of the keys, but some patterns ask for it at their end.
  const wantsTerminator = terminator !== undefined && pattern.replace(/\$$/, "").endsWith(terminator);
  return found === false && wantsTerminator ? matches(pattern, digits + terminator) : found;
}
