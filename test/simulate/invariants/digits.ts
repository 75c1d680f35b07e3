import type { CallState, JsonObject } from "../../../src/call/index.ts";
import type { BookedLeg } from "../book.ts";
import { timersOf } from "../book.ts";
import type { Invariant, Step, View } from "../watch.ts";

type Tag = BookedLeg["tag"];

/** A listener as ReceiveDigits set it, and the keys it has. */
interface Listener {
  readonly parameters: JsonObject;
  digits: string;
  matches: boolean;
  isStale: boolean;
  isTooSlow: boolean;
}

const tags: readonly Tag[] = ["LEG-A", "LEG-B"];
const takesAll: ReadonlySet<string> = new Set(["PlayAudioAndGetDigits", "SpeakAndGetDigits"]);

/** Keys that no action takes reach the listener of their leg. */
export const digits: Invariant = {
  name: "keys reach who listens",
  rule: "Contract: actions-receive-digits-match, actions-receive-digits-flush, actions-receive-digits-taken: the keys of one leg since the first, told when they match and no further key came; the running action comes first",
  watch(view, fail) {
    const { book } = view;
    const switches = view.scene.config.compatibility;
    const listeners = new Map<Tag, Listener>();
    const reported: { readonly digits: string; readonly legId: string | undefined }[] = [];
    /** A pattern has just become too slow: the operator hears of it. */
    let isWarningDue = false;
    let parameters: JsonObject = {};
    let sequence = 0;
    return {
      input(step) {
        const { input, before } = step;
        if (input.type === "digit" && !before.finished) {
          const leg = book.find(input.legId);
          const listener = leg === undefined || leg.state === "over" ? undefined : listeners.get(leg.tag);
          const isTaken = leg !== undefined && isTakenByAction(before, leg.id, input.digit);
          if (listener !== undefined && (!isTaken || switches.listenersHearTakenKeys)) {
            const wasTooSlow = listener.isTooSlow && !listener.isStale;
            hear(view, listener, input.digit);
            isWarningDue = listener.isTooSlow && !wasTooSlow;
          }
        }
        if (input.type !== "timer-fired") return;
        const [name, tag] = (book.timerName(before, input.timerId) ?? "").split(":") as [string, Tag];
        const listener = listeners.get(tag);
        if (listener === undefined || !name.endsWith("digits")) return;
        const isReported = name === "between-digits" || (switches.tellFlushedDigits && !listener.matches);
        if (isReported) {
          reported.push({ digits: listener.digits, legId: (tag === "LEG-A" ? book.a : book.b)?.id });
          if (listener.matches && switches.listenOnlyOnce) listeners.delete(tag);
          else forget(listener);
        } else listener.isStale = true;
      },
      effect(effect, step) {
        if (effect.do === "observe" && effect.fact.type === "action-started") {
          parameters = effect.fact.parameters as JsonObject;
        } else if (effect.do === "observe" && effect.fact.type === "action-ended") {
          if (effect.fact.action !== "ReceiveDigits" || effect.fact.outcome !== "succeeded") return;
          const tag = parameters["ParticipantTag"] as Tag;
          listeners.set(tag, { parameters, digits: "", matches: false, isStale: false, isTooSlow: false });
        } else if (effect.do === "invoke" && effect.event["InvocationEventType"] === "DIGITS_RECEIVED") {
          if (effect.event["Sequence"] === sequence) return;
          sequence = effect.event["Sequence"] as number;
          const data = effect.event["ActionData"] as JsonObject;
          const expected = reported.shift();
          if (data["ReceivedDigits"] !== expected?.digits)
            fail(`told ${String(data["ReceivedDigits"])}, not ${expected?.digits}`);
          if (!Object.hasOwn(data["Parameters"] as object, "InputDigitsRegex")) fail("the parameters are not told");
          const { CallId } = data["Parameters"] as JsonObject;
          if (CallId !== expected?.legId) fail("the leg whose keys are told is not named");
        } else if (effect.do === "warn" && effect.message.startsWith("ReceiveDigits on ")) {
          if (!isWarningDue) fail("a pattern is said to be slow, but is not");
          isWarningDue = false;
        } else checkTimer(step, effect, listeners, fail);
      },
      step({ after }) {
        if (isWarningDue) fail("the operator does not hear that a pattern is too slow");
        if (book.replaced !== undefined) listeners.delete("LEG-B");
        if (listeners.size === 0 && after.listeners.length === 0) return;
        const timers = timersOf(after);
        for (const tag of tags) {
          const leg = tag === "LEG-A" ? book.a : book.b;
          if (leg === undefined || leg.state === "over") listeners.delete(tag);
          const listener = listeners.get(tag);
          const hasKeys = listener !== undefined && listener.digits !== "" && !listener.isStale;
          if ((timers[`flush-digits:${tag}`] !== undefined) !== hasKeys) fail(`the life of the keys of ${tag}`);
          const matches = listener?.matches === true;
          if ((timers[`between-digits:${tag}`] !== undefined) !== matches) fail(`the silence behind keys of ${tag}`);
        }
        if (after.listeners.length !== listeners.size)
          fail(`${after.listeners.length} listeners, not ${listeners.size}`);
      },
    };
  },
};

function isTakenByAction({ list }: CallState, legId: string, digit: string): boolean {
  const { running } = list;
  if (running?.legId !== legId || running.phase.type !== "running") return false;
  const { type, parameters } = running.request;
  if (takesAll.has(type)) return true;
  const keys = parameters[type === "PlayAudio" ? "PlaybackTerminators" : "RecordingTerminators"];
  return (type === "PlayAudio" || type === "RecordAudio") && Array.isArray(keys) && keys.includes(digit);
}

function hear({ scene }: View, listener: Listener, digit: string): void {
  if (listener.digits === "" || listener.isStale) forget(listener);
  listener.digits = (listener.digits + digit).slice(-128);
  const pattern = listener.parameters["InputDigitsRegex"] as string;
  const found = listener.isTooSlow ? "too-slow" : scene.matches(pattern, listener.digits);
  listener.matches = found === true;
  listener.isTooSlow = found === "too-slow";
}

function forget(listener: Listener): void {
  Object.assign(listener, { digits: "", matches: false, isStale: false, isTooSlow: false });
}

function checkTimer(
  { after }: Step,
  effect: Step["effects"][number],
  listeners: ReadonlyMap<Tag, Listener>,
  fail: (what: string) => never,
): void {
  if (effect.do !== "start-timer") return;
  const timers = timersOf(after);
  for (const tag of tags) {
    const parameters = listeners.get(tag)?.parameters ?? {};
    const isFlush = timers[`flush-digits:${tag}`] === effect.timerId;
    const isBetween = timers[`between-digits:${tag}`] === effect.timerId;
    const name = isFlush ? "FlushDigitsDurationInMilliseconds" : "InBetweenDigitsDurationInMilliseconds";
    if (isFlush && listeners.get(tag)?.digits.length !== 1) fail(`the life of the keys of ${tag} begins anew`);
    if ((isFlush || isBetween) && Number(parameters[name]) !== effect.delayMs) fail(`${name} of ${tag} is not kept`);
  }
}
