import type { CallFact, JsonObject } from "../../../src/call/index.ts";
import { isSame, type Fail, type Invariant, type Step, type View } from "../watch.ts";

const asksAgain: ReadonlySet<string> = new Set(["retried", "fallback-asked"]);
const goesOn: ReadonlySet<string> = new Set(["call-goes-on", "fallback-goes-on", "fallback-actions"]);

/** Observers learn what happened, once, and nothing else. */
export const facts: Invariant = {
  name: "every record is written",
  rule: "ARCHITECTURE, One picture: each invocation, reply, failure and change of a leg is told to observers as it was",
  watch(view, fail) {
    const isReported = { ringing: false, answered: false, ended: false };
    let invoked: Extract<CallFact, { type: "invoked" }> | undefined;
    let inFlight: { id: string; sentAt: number } | undefined;
    let isReply = false;
    /** The event is sent once more. */
    let isAgain = false;
    let isReplyReported = false;
    let consequence: Extract<CallFact, { type: "function-failed" }>["consequence"] | undefined;
    let wasUp = true;
    let mayGiveUp = false;
    let invalid: Extract<CallFact, { type: "response-invalid" }> | undefined;
    const findings = new Set<string>();
    /** Why the last participant left. */
    let cause: string | undefined;
    return {
      input({ input, before }) {
        consequence = undefined;
        wasUp = view.book.anyLive();
        isReported.ringing = isReported.answered = isReported.ended = false;
        invoked = undefined;
        isReplyReported = false;
        isReply = input.type === "function-replied" && input.invocationId === inFlight?.id;
        const isRetry = input.type === "timer-fired" && view.book.timerName(before, input.timerId) === "retry";
        // The reply that never came is told then.
        if (isRetry && isAgain) inFlight = { id: "", sentAt: input.at };
        mayGiveUp = isRetry && isAgain;
      },
      effect(effect, step) {
        if (effect.do === "invoke") {
          if (isAgain) {
            isAgain = false;
            inFlight = { id: effect.invocationId, sentAt: step.input.at };
            return;
          }
          checkReport(effect.event, invalid, fail);
          if (invoked?.event !== effect.event) fail("an invocation is not told to observers");
          inFlight = { id: effect.invocationId, sentAt: step.input.at };
          return;
        }
        if (effect.do !== "observe") return;
        const { fact } = effect;
        checkContents(step, fact, fail);
        if (fact.type === "response-invalid") invalid = fact;
        if (fact.type === "response-findings") checkFindings(fact, findings, fail);
        if (fact.type === "invoked") invoked = fact;
        else if (fact.type === "leg-changed") {
          isReported[fact.state] = true;
          const isParticipant = fact.participantTag === "LEG-A" || view.book.b !== undefined;
          if (fact.state === "ended" && isParticipant) cause = fact.cause;
        } else if (fact.type === "call-ended" && fact.cause !== cause)
          fail("the record does not tell why the call ended");
        else if (fact.type === "replied" || fact.type === "function-failed") {
          if (!(isReply || (mayGiveUp && fact.type === "function-failed")) || isReplyReported)
            fail("a reply is told that did not come");
          if (fact.tookMs !== step.input.at - (inFlight?.sentAt ?? 0)) fail("the time of a reply is wrong");
          if (fact.sequence !== step.before.sequence) fail("the number of a reply is wrong");
          isReplyReported = true;
          inFlight = undefined;
          if (fact.type === "function-failed") consequence = fact.consequence;
          isAgain = consequence === "retried" || consequence === "fallback-asked";
        } else if (fact.type === "call-started") checkStart(view, fact, fail);
      },
      step({ input }) {
        const { changed } = view.book;
        const ends = wasUp && !view.book.anyLive();
        if (consequence !== undefined) {
          // A call that goes on may end for another reason, such as the limit of invocations, or an action.
          if (!goesOn.has(consequence) && (consequence === "call-ended") !== ends)
            fail(`${consequence} is told wrongly`);
          if (!asksAgain.has(consequence) && (consequence === "ignored") === wasUp)
            fail(`${consequence} is told wrongly`);
        }
        if (isReply && !isReplyReported) fail("a reply is not told to observers");
        if (input.type === "leg-ringing" && isReported.ringing !== (changed !== undefined))
          fail("ringing is told wrongly");
        const isAnswer = input.type === "leg-answered" || input.type === "meeting-joined";
        if (isAnswer && isReported.answered !== (changed !== undefined)) fail("an answer is told wrongly");
        if (changed?.state === "over" && !isReported.ended) fail("the end of a leg is not told to observers");
      },
    };
  },
};

/** What a record says is what happened. */
function checkContents({ input }: Step, fact: CallFact, fail: Fail): void {
  const reply = input.type === "function-replied" ? input.reply : undefined;
  if (fact.type === "replied" && (reply?.type !== "response" || !isSame(fact.response, reply.value))) {
    fail("the record has another reply");
  }
  if (fact.type === "function-failed") {
    const { reason, message, stack, target } = reply?.type === "failed" ? reply : { ...fact, reason: "timeout" };
    const isTold = fact.reason === reason && fact.message === message && fact.stack === stack;
    if (!isTold || fact.target !== (target ?? fact.target)) fail("the record has another failure");
  }
  const isBlank = (text: string | undefined): boolean => text === undefined || text === "";
  if (fact.type === "leg-changed" && isBlank(fact.cause) === (fact.state === "ended")) fail("why a leg has ended");
  if (fact.type === "response-ignored" && isBlank(fact.why)) fail("why a reply is ignored");
  if (fact.type === "response-invalid" && (!/^[A-Za-z]+$/.test(fact.errorType) || isBlank(fact.message)))
    fail("why a reply is invalid");
  if (fact.type !== "action-ended") return;
  const isFailed = fact.outcome === "failed";
  if (isBlank(fact.errorType) === isFailed || isBlank(fact.message) === isFailed) fail("why an action has failed");
}

/** The function is told what observers were. */
function checkReport(
  event: JsonObject,
  invalid: Extract<CallFact, { type: "response-invalid" }> | undefined,
  fail: Fail,
): void {
  if (event["InvocationEventType"] !== "INVALID_LAMBDA_RESPONSE") return;
  const isSame = event["ErrorType"] === invalid?.errorType && event["ErrorMessage"] === invalid?.message;
  if (!isSame) fail("an invalid reply is told in other words");
}

/** Each is told once in a call. */
function checkFindings(
  { findings }: Extract<CallFact, { type: "response-findings" }>,
  reported: Set<string>,
  fail: Fail,
): void {
  if (findings.length === 0) fail("nothing is told to have been found in a reply");
  for (const finding of findings.map((one) => JSON.stringify(one))) {
    if (reported.has(finding)) fail("what was found in a reply is told again");
    reported.add(finding);
  }
}

function checkStart({ scene: { call } }: View, fact: Extract<CallFact, { type: "call-started" }>, fail: Fail): void {
  const direction = call.direction === "Inbound" ? "inbound" : "outbound";
  const isRight = fact.direction === direction && fact.from === call.from && fact.to === call.to;
  if (!isRight || fact.applicationId !== call.targets[0].applicationId) fail("the record of the start is wrong");
}
