import type { CallEndType } from "../../call/index.ts";
import type { History, KeptEffect, RecordedStep } from "../format.ts";
import type { PastCall, PastCallRecord, PastInvocation } from "./types.ts";

/** All that a history says of its call but its messages. */
export function describeHistory(history: History): PastCallRecord {
  const { call, redacted, steps, audio } = history;
  const end = steps.findLast(({ effects, broke }) => broke || effects.some(isEnd));
  return {
    call: {
      ...describeStart(call),
      ...(end === undefined ? {} : describeEnd(end)),
      isRedacted: redacted,
    },
    legs: call.legs.map(({ id, direction, from, to, startedAt }) => ({ callId: id, direction, from, to, startedAt })),
    invocations: describeInvocations(steps),
    audio,
  };
}

/** What the first line of a history says of its call. */
function describeStart(
  call: Pick<History["call"], "transactionId" | "startedAt" | "legs" | "target" | "sipRuleId">,
): Omit<PastCall, "isRedacted"> {
  const { transactionId: id, startedAt, legs, target, sipRuleId } = call;
  const [leg] = legs;
  return {
    ...{ id, state: "ended", startedAt, applicationId: target.applicationId },
    ...(leg === undefined ? {} : { direction: leg.direction, from: leg.from, to: leg.to }),
    ...(sipRuleId === undefined ? {} : { sipRuleId }),
  };
}

/** What the last step of a call says of its end. Histories of before there was a word for it have the text alone, and redacted ones of then neither. */
function describeEnd({
  input,
  effects,
  broke,
}: Pick<RecordedStep, "input" | "effects" | "broke">): Pick<PastCall, "endedAt" | "endType" | "cause"> {
  if (broke) return { endedAt: input.at, endType: "failed", cause: "an error in the server" };
  const { endType, cause } = effects.find(isEnd) ?? {};
  return {
    endedAt: input.at,
    ...(typeof endType === "string" ? { endType: endType as CallEndType } : {}),
    ...(typeof cause === "string" ? { cause } : {}),
  };
}

/** Whether an effect is the end of a call. */
function isEnd(effect: KeptEffect): boolean {
  return effect["do"] === "end-call";
}

function describeInvocations(steps: readonly RecordedStep[]): readonly PastInvocation[] {
  const asked = new Map<string, PastInvocation>();
  for (const { input, effects } of steps) {
    if (input.type === "function-replied") {
      const { invocationId, reply, at } = input;
      const one = asked.get(invocationId);
      const { type } = reply;
      const outcome =
        type === "failed" ? { failure: { reason: reply.reason, message: reply.message } } : { reply: reply.value };
      if (one !== undefined) asked.set(invocationId, { ...one, tookMs: at - one.at, ...outcome });
    }
    for (const effect of effects) {
      if (effect["do"] !== "invoke") continue;
      const event = effect["event"] as Readonly<Record<string, unknown>>;
      const { Sequence, InvocationEventType } = event;
      asked.set(String(effect["invocationId"]), {
        ...{ sequence: Number(Sequence), eventType: String(InvocationEventType), at: input.at, event },
      });
    }
  }
  return [...asked.values()];
}
