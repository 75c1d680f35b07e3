import type { FunctionReply, JsonObject } from "../../call/index.ts";
import type { InvocationFailure } from "../../invoke/index.ts";

/** An event as a function reads it. */
export interface FunctionEvent {
  readonly SchemaVersion: string;
  readonly Sequence: number;
  readonly InvocationEventType: string;
  readonly ActionData?: {
    readonly Type: string;
    readonly Parameters: JsonObject;
    readonly ErrorType?: string;
    readonly ErrorMessage?: string;
    readonly [result: string]: unknown;
  };
  readonly CallDetails: {
    readonly TransactionId: string;
    readonly TransactionAttributes?: JsonObject;
    readonly AwsAccountId: string;
    readonly AwsRegion: string;
    readonly SipRuleId?: string;
    readonly SipMediaApplicationId: string;
    readonly SipApplicationId?: string;
    readonly Participants: readonly EventParticipant[];
  };
  readonly ErrorType?: string;
  readonly ErrorMessage?: string;
}

/** One of `CallDetails.Participants`. */
export interface EventParticipant {
  readonly CallId: string;
  readonly ParticipantTag: string;
  readonly To: string;
  readonly From: string;
  readonly Direction: string;
  readonly StartTimeInMilliseconds: string;
  readonly Status?: string;
  readonly SipHeaders?: Readonly<Record<string, string>>;
}

/** What a scripted function does with an event. */
export interface ScriptedReply {
  /** Virtual time until it answers. */
  readonly afterMs: number;
  readonly reply: FunctionReply;
}

/** An action as a function writes it. */
export interface WireAction {
  readonly Type: string;
  readonly Parameters?: JsonObject;
}

/** Answers at once with a list, and attributes when given. */
export function respond(actions: readonly WireAction[], attributes?: JsonObject | null): ScriptedReply {
  return respondWith({
    SchemaVersion: "1.0",
    Actions: actions,
    ...(attributes === undefined ? {} : { TransactionAttributes: attributes }),
  });
}

/** Answers at once with any value, as JSON gives it back. */
export function respondWith(value: unknown): ScriptedReply {
  const text = JSON.stringify(value) as string | undefined;
  const parsed: unknown = text === undefined ? null : JSON.parse(text);
  return { afterMs: 0, reply: { type: "response", value: parsed } };
}

/** The invocation fails at once. */
export function failWith(reason: InvocationFailure): ScriptedReply {
  return { afterMs: 0, reply: { type: "failed", reason, message: `it is ${reason}`, stack: undefined } };
}

/** Never answers: the invoker gives up at the deadline. */
export const keepSilent: ScriptedReply = {
  afterMs: Number.POSITIVE_INFINITY,
  reply: { type: "failed", reason: "timeout", message: "no answer in time", stack: undefined },
};

/** The same, later. */
export function later(afterMs: number, scripted: ScriptedReply): ScriptedReply {
  return { ...scripted, afterMs };
}
