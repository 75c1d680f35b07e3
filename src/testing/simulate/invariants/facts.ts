import type { CallFact } from "../../../call/index.ts";
import type { Fail, Invariant, Step, View } from "../watch.ts";

/** Observers learn what happened, once, and nothing else. */
export const facts: Invariant = {
  name: "every record is written",
  rule: "ARCHITECTURE, One picture: each invocation, reply, failure and change of a leg is told to observers as it was",
  watch(view, fail) {
    const isTold = { ringing: false, answered: false, ended: false };
    let invoked: Extract<CallFact, { type: "invoked" }> | undefined;
    let inFlight: { id: string; sentAt: number } | undefined;
    let isReply = false;
    let isReplyTold = false;
    return {
      input({ input }) {
        isTold.ringing = isTold.answered = isTold.ended = false;
        invoked = undefined;
        isReplyTold = false;
        isReply = input.type === "function-replied" && input.invocationId === inFlight?.id;
      },
      effect(effect, step) {
        if (effect.do === "invoke") {
          if (isReply && step.effects.some((one) => isFailure(one, "retried"))) {
            inFlight = { id: effect.invocationId, sentAt: inFlight?.sentAt ?? 0 };
            return;
          }
          if (invoked?.event !== effect.event) fail("an invocation is not told to observers");
          inFlight = { id: effect.invocationId, sentAt: step.input.at };
          return;
        }
        if (effect.do !== "observe") return;
        const { fact } = effect;
        if (fact.type === "invoked") invoked = fact;
        else if (fact.type === "leg-changed") isTold[fact.state] = true;
        else if (fact.type === "replied" || fact.type === "function-failed") {
          if (!isReply || isReplyTold) fail("a reply is told that did not come");
          if (fact.tookMs !== step.input.at - (inFlight?.sentAt ?? 0)) fail("the time of a reply is wrong");
          if (fact.sequence !== step.before.sequence) fail("the number of a reply is wrong");
          isReplyTold = true;
          if (fact.type === "replied" || fact.consequence !== "retried") inFlight = undefined;
        } else if (fact.type === "call-started") checkStart(view, fact, fail);
      },
      step({ input }) {
        const { changed } = view.book;
        if (isReply && !isReplyTold) fail("a reply is not told to observers");
        if (input.type === "leg-ringing" && isTold.ringing !== (changed !== undefined)) fail("ringing is told wrongly");
        if (input.type === "leg-answered" && isTold.answered !== (changed !== undefined))
          fail("an answer is told wrongly");
        if (changed?.state === "over" && !isTold.ended) fail("the end of a leg is not told to observers");
      },
    };
  },
};

function isFailure(effect: Step["effects"][number], consequence: string): boolean {
  return effect.do === "observe" && effect.fact.type === "function-failed" && effect.fact.consequence === consequence;
}

function checkStart({ scene: { call } }: View, fact: Extract<CallFact, { type: "call-started" }>, fail: Fail): void {
  const direction = call.direction === "Inbound" ? "inbound" : "outbound";
  const isRight = fact.direction === direction && fact.from === call.from && fact.to === call.to;
  if (!isRight || fact.applicationId !== call.targets[0].applicationId) fail("the record of the start is wrong");
}
