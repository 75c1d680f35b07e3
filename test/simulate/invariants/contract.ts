import { actionEnded, actionStarted } from "../model/list-rules.ts";
import { checkDue, hasPlace } from "../model/due.ts";
import { beginStep, newCallModel, type CallModel } from "../model/call-model.ts";
import { legWasEnded, legWasReplaced, takeInvocation, takeOccurrence } from "../model/event-rules.ts";
import { takeReply } from "../model/replies.ts";
import type { Fail, Invariant, Step } from "../watch.ts";

/** The whole order of actions and events, compared with a model that knows the contract and nothing of the machine. */
export const contract: Invariant = {
  name: "actions and events follow the contract",
  rule: "the call goes as the model of the contract says: which action begins or ends, and which event comes, with whom and when",
  watch(view, fail) {
    const model = newCallModel(view);
    return {
      input(step) {
        beginStep(model);
        takeOccurrence(model, step);
        takeReply(model, step);
      },
      effect(effect, step) {
        if (effect.do === "observe") takeFact(model, effect.fact, step, fail);
        else if (effect.do === "invoke") takeInvocation(model, effect, step.input.at, fail);
        else if (effect.do === "start-timer") takeTimer(model, effect, step, fail);
        else if (effect.do === "reject-leg") model.step.rejectedWith = effect.status;
        else if (effect.do === "record-audio" && model.running !== undefined) {
          model.running.recordingId = effect.recordingId;
        }
      },
      step: ({ after }) => checkDue(model, after.timers.pace !== undefined, fail),
    };
  },
};

/** An invocation waits only when there were too many, or when its function asked for that. */
function takeTimer(
  model: CallModel,
  { timerId, delayMs }: Extract<Step["effects"][number], { do: "start-timer" }>,
  { after, input }: Step,
  fail: Fail,
): void {
  if (after.timers.pace === timerId && hasPlace(model, input.at)) fail("an invocation waits though it need not");
  const dueAt = model.inFlight?.again?.at;
  if (after.timers.retry === timerId && dueAt !== input.at + delayMs) fail("a retry comes before or after its time");
}

function takeFact(
  model: CallModel,
  fact: Extract<Step["effects"][number], { do: "observe" }>["fact"],
  step: Step,
  fail: Fail,
): void {
  if (fact.type === "action-started") actionStarted(model, fact, fail);
  else if (fact.type === "action-ended") actionEnded(model, fact, step, fail);
  else if (fact.type === "response-findings") model.areFindingsReported = true;
  else if (fact.type === "response-ignored" || fact.type === "response-invalid") {
    if (model.step.verdict !== fact.type) fail(`${fact.type} is told, but ${model.step.verdict ?? "nothing"} is due`);
    model.step.verdict = undefined;
  } else if (fact.type === "leg-changed" && fact.state === "ended") {
    const { a, b, replaced } = model.book;
    if (fact.participantTag === "LEG-B" && replaced?.state === "over" && !model.step.ended.has(replaced.id)) {
      legWasReplaced(model, replaced);
      return;
    }
    const leg = fact.participantTag === "LEG-A" ? a : b;
    if (leg === undefined) model.step.gaveUp += 1;
    else if (leg.state === "over") legWasEnded(model, leg, fail);
  }
}
