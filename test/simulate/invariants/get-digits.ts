import type { CallInput, JsonObject } from "../../../src/call/index.ts";
import type { BookedLeg } from "../book.ts";
import type { Fail, Invariant, View } from "../watch.ts";

/** A get-digits action as its parameters and the inputs say it goes. */
interface Gathering {
  readonly leg: BookedLeg;
  readonly parameters: JsonObject;
  phase: "waiting" | "prompt" | "gathering" | "failure-prompt";
  playbackId: string;
  digits: string;
  attempt: number;
  /** The time for the first key passed during the prompt. */
  isTimeUp: boolean;
}

/** What must come of an input. */
type Next =
  | { readonly type: "prompt" | "failure-prompt" | "nothing" }
  | { readonly type: "timer"; readonly delayMs: number }
  | { readonly type: "failed" }
  | { readonly type: "succeeded"; readonly digits: string | undefined };

const nothing: Next = { type: "nothing" };

/** Prompts, keys, attempts and the result of the actions that gather keys. */
export const getDigits: Invariant = {
  name: "keys are gathered as asked for",
  rule: "Contract: actions-get-digits: prompt, keys until enough, a terminator or time is up; wrong ones bring the failure prompt, until no attempt is left",
  watch(view, fail) {
    let one: Gathering | undefined;
    let next: Next = nothing;
    const switches = view.scene.config.compatibility;
    const results: (string | undefined)[] = [];
    let sequence = 0;
    return {
      input({ input, before }) {
        const isTimer = input.type === "timer-fired" && view.book.timerName(before, input.timerId) === "action";
        next = one === undefined ? nothing : takeInput(view, one, input, isTimer);
      },
      effect(effect, { after }) {
        if (effect.do === "play-audio" && one !== undefined) {
          const isStart = one.phase === "waiting";
          if (!isStart && next.type !== "prompt" && next.type !== "failure-prompt")
            fail("a prompt is played out of turn");
          const phase = isStart || next.type === "prompt" ? "prompt" : "failure-prompt";
          checkSource(one, phase, effect.source, fail);
          if (effect.repeat !== 1) fail("a prompt is repeated");
          if (phase === "prompt" && !isStart) one.attempt += 1;
          Object.assign(one, { phase, playbackId: effect.playbackId, digits: "", isTimeUp: false });
          const isTimed = phase === "prompt" && switches.firstKeyTimeIncludesPrompt;
          next = isTimed ? { type: "timer", delayMs: Number(one.parameters["RepeatDurationInMilliseconds"]) } : nothing;
        } else if (effect.do === "start-timer" && one !== undefined && after.timers.action === effect.timerId) {
          if (next.type !== "timer" || next.delayMs !== effect.delayMs) fail(`it waits ${effect.delayMs} ms`);
          next = nothing;
        } else if (effect.do === "observe") {
          const { fact } = effect;
          if (fact.type === "action-started" && fact.action.endsWith("GetDigits")) {
            const leg = view.book.legs().find((each) => each.tag === fact.participantTag) as BookedLeg;
            const parameters = fact.parameters as JsonObject;
            one = { leg, parameters, phase: "waiting", playbackId: "", digits: "", attempt: 1, isTimeUp: false };
          } else if (fact.type === "action-ended" && fact.action.endsWith("GetDigits") && one !== undefined) {
            if (fact.outcome === "succeeded") {
              if (next.type !== "succeeded") return fail("it succeeds, but the keys are not complete");
              results.push(next.digits);
            } else if (one.leg.state !== "over" && fact.outcome === "failed" && next.type !== "failed") {
              fail("it fails, but not all attempts are used up");
            }
            one = undefined;
            next = nothing;
          }
        } else if (effect.do === "invoke" && effect.event["Sequence"] !== sequence) {
          sequence = effect.event["Sequence"] as number;
          checkResult(effect.event, results, switches.tellActionThatOutlivedUpdate, fail);
        }
        return undefined;
      },
      step({ after }) {
        if (after.list.running === undefined) one = undefined;
        else if (one !== undefined && next.type !== "nothing" && one.leg.state !== "over") fail(`${next.type} is due`);
      },
    };
  },
};

function takeInput(view: View, one: Gathering, input: CallInput, isTimer: boolean): Next {
  const { leg, phase, parameters } = one;
  if (leg.state !== "answered" || phase === "waiting") return nothing;
  const { firstKeyTimeIncludesPrompt: isTimed } = view.scene.config.compatibility;
  if (isTimer) {
    if (phase === "prompt" && isTimed) one.isTimeUp = true;
    return phase === "gathering" ? judge(view, one, undefined) : nothing;
  }
  if (input.type === "digit" && input.legId === leg.id && phase !== "failure-prompt") {
    return takeKey(view, one, input.digit);
  }
  if (!("playbackId" in input) || input.playbackId !== one.playbackId || phase === "gathering") return nothing;
  if (input.type === "playback-failed") return { type: "failed" };
  if (phase === "prompt") {
    one.phase = "gathering";
    if (parameters["MaxNumberOfDigits"] === 0 || one.isTimeUp) return judge(view, one, undefined);
    if (isTimed) return nothing;
    return { type: "timer", delayMs: Number(parameters["RepeatDurationInMilliseconds"]) };
  }
  return one.attempt >= Math.max(1, Number(parameters["Repeat"])) ? { type: "failed" } : { type: "prompt" };
}

function takeKey(view: View, one: Gathering, key: string): Next {
  const { parameters } = one;
  const terminators = (parameters["TerminatorDigits"] ?? ["#"]) as readonly string[];
  one.phase = "gathering";
  if (terminators.includes(key)) return judge(view, one, key);
  const most = Number(parameters["MaxNumberOfDigits"]);
  one.digits = (one.digits + key).slice(0, most);
  if (one.digits.length >= most) return judge(view, one, undefined);
  const isUnsaid = parameters["NextIsUnsaid"] === true;
  const name = `${isUnsaid ? "Repeat" : "InBetweenDigits"}DurationInMilliseconds`;
  return { type: "timer", delayMs: Number(parameters[name]) };
}

function judge({ scene }: View, one: Gathering, terminator: string | undefined): Next {
  const { digits, parameters, attempt } = one;
  const switches = scene.config.compatibility;
  const isLast = attempt >= Math.max(1, Number(parameters["Repeat"]));
  const wrong: Next = { type: isLast && !switches.failurePromptAfterLastAttempt ? "failed" : "failure-prompt" };
  const isNothing = digits === "" && terminator === undefined;
  const good: Next = { type: "succeeded", digits: isNothing ? undefined : digits };
  const least = Number(parameters["MinNumberOfDigits"]);
  if (digits === "" && terminator !== undefined) return least === 0 ? good : wrong;
  const isLeastSaid = parameters["LeastIsUnsaid"] !== true;
  const mayBeNothing =
    switches.noKeysAreGood === "when-min-is-0" || (switches.noKeysAreGood !== "never" && isLeastSaid);
  if (digits === "" && (!mayBeNothing || least > 0)) return wrong;
  if (digits.length < least) return wrong;
  const pattern = parameters["InputDigitsRegex"];
  if (typeof pattern !== "string" || pattern === "") return good;
  let found = scene.matches(pattern, digits);
  const wantsTerminator = terminator !== undefined && /#\$?$/.test(pattern) && terminator === "#";
  if (found === false && wantsTerminator && switches.patternMayEndInTerminator)
    found = scene.matches(pattern, digits + terminator);
  return found === "too-slow" ? { type: "failed" } : found ? good : wrong;
}

function checkSource(one: Gathering, phase: "prompt" | "failure-prompt", source: unknown, fail: Fail): void {
  const { parameters } = one;
  const isFailure = phase === "failure-prompt";
  const file = parameters[isFailure ? "FailureAudioSource" : "AudioSource"] as JsonObject | undefined;
  const speech = parameters[isFailure ? "FailureSpeechParameters" : "SpeechParameters"] as JsonObject | undefined;
  const played = source as { readonly key?: string; readonly speech?: { readonly text: string } };
  if (file === undefined ? played.speech?.text !== speech?.["Text"] : played.key !== file["Key"])
    fail("the wrong prompt");
}

/** `areAllTold`: else results of actions that a new list waited for are left out. */
function checkResult(event: JsonObject, results: (string | undefined)[], areAllReported: boolean, fail: Fail): void {
  if (event["InvocationEventType"] !== "ACTION_SUCCESSFUL") return;
  const { Type, ReceivedDigits } = event["ActionData"] as JsonObject;
  if (!String(Type).endsWith("GetDigits")) return;
  while (!areAllReported && results.length > 1 && results[0] !== ReceivedDigits) results.shift();
  const result = results.shift();
  if (ReceivedDigits !== result) fail(`${String(ReceivedDigits)} is reported, not ${result}`);
}
