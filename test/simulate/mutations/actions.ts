import type { ActionDefinition, ActionEffect, ActionInput, ActionProgress } from "../../../src/call/index.ts";
import { changeActions, changeEffects, changeGiven, dropEffects, type Mutation } from "./mutation.ts";

type Outcome = ActionProgress<unknown>;

/** Another outcome of each step of an action that `isMeant` fits. */
function changeSteps(
  type: string,
  isMeant: (input: ActionInput) => boolean,
  change: (outcome: Outcome) => Outcome,
): Mutation["mutate"] {
  return changeActions(
    (action) => ({
      ...action,
      step(value, state, input, context) {
        const outcome = action.step?.(value, state, input, context);
        return outcome !== undefined && isMeant(input) ? change(outcome) : outcome;
      },
    }),
    type,
  );
}

/** The outcome without the effects of one kind. */
function without(kind: ActionEffect["do"]): (outcome: Outcome) => Outcome {
  return (outcome) =>
    "effects" in outcome ? { ...outcome, effects: outcome.effects.filter((effect) => effect.do !== kind) } : outcome;
}

/** One more attempt than asked for. */
function tryOnceMore(action: ActionDefinition): ActionDefinition {
  return {
    ...action,
    check(parameters, context) {
      const checked = action.check(parameters, context);
      if (checked.type === "bad") return checked;
      const value = checked.value as { readonly rules: { readonly attempts: number } };
      return { ...checked, value: { ...value, rules: { ...value.rules, attempts: value.rules.attempts + 1 } } };
    },
  };
}

/** Faults in single actions. */
export const actionMutations: readonly Mutation[] = [
  {
    meaning: "the recording of a leg that has left is forgotten",
    breaks: "actions and events follow the contract",
    mutate: changeActions(({ outlivesLeg: _outlivesLeg, ...action }) => action, "RecordAudio"),
  },
  {
    meaning: "LEG-B is not dropped when CallAndBridge times out",
    breaks: "actions and events follow the contract",
    mutate: changeSteps("CallAndBridge", ({ type }) => type === "timer", without("drop-partner")),
  },
  {
    meaning: "a playback of before that fails late ends CallAndBridge",
    breaks: "an action ends when its work is done",
    mutate: changeActions(
      (action) => ({
        ...action,
        step(value, state, input, context) {
          const { ringbackId } = state as { readonly ringbackId?: string };
          const isOther = input.type === "playback-failed" && ringbackId !== undefined;
          return action.step?.(value, state, isOther ? { ...input, playbackId: ringbackId } : input, context);
        },
      }),
      "CallAndBridge",
    ),
  },
  {
    meaning: "a LEG-A that answers while LEG-B is called is not joined",
    breaks: "a bridge joins two legs that have audio, until one leaves",
    mutate: changeSteps("CallAndBridge", ({ type }) => type === "answered", without("bridge")),
  },
  {
    meaning: "the ringback goes on after the answer",
    breaks: "what is opened on a leg is closed, and closed once",
    mutate: changeSteps("CallAndBridge", ({ type }) => type === "partner-answered", without("stop-playback")),
  },
  {
    meaning: "a CallAndBridge that nobody answered fails with another error",
    breaks: "a failure is named for what went wrong",
    mutate: changeSteps(
      "CallAndBridge",
      () => true,
      (outcome) =>
        outcome.type === "failed" && outcome.errorType === "CallNotAnswered"
          ? { ...outcome, errorType: "SystemException" }
          : outcome,
    ),
  },
  {
    meaning: "one attempt too many at gathering keys",
    breaks: "keys are gathered as asked for",
    mutate: changeActions(tryOnceMore, ["PlayAudioAndGetDigits", "SpeakAndGetDigits"]),
  },
  {
    meaning: "the key that ended a recording is not told",
    breaks: "a recording ends with the first of its keys, and names it",
    mutate: changeSteps(
      "RecordAudio",
      () => true,
      (outcome) => {
        if (outcome.type !== "succeeded") return outcome;
        const { RecordingTerminatorUsed: _key, ...result } = outcome.result;
        return { ...outcome, result };
      },
    ),
  },
  {
    meaning: "a listener does not hear the key of one leg",
    breaks: "keys reach who listens",
    mutate: changeGiven(({ input }) =>
      input.type === "digit" && input.digit === "5" ? { input: { ...input, digit: "6" } } : {},
    ),
  },
  {
    meaning: "a file is played once more than asked for",
    breaks: "what is asked for is what the action says",
    mutate: changeEffects((effect) => (effect.do === "play-audio" ? { ...effect, repeat: effect.repeat + 1 } : effect)),
  },
  {
    meaning: "the legs are not joined",
    breaks: "a bridge joins two legs that have audio, until one leaves",
    mutate: dropEffects((effect) => effect.do === "bridge-legs"),
  },
];
