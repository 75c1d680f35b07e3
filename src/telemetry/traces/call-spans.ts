import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Span,
  type Tracer,
} from "@opentelemetry/api";
import type { CallFact, CallKeeper, CallObservation, CallState } from "../../call/index.ts";
import type { FailedInvocation, InvocationResult, Invoker, TraceContext } from "../../invoke/index.ts";
import { traceOfCall, type TraceIds } from "./trace-ids.ts";

/** What spans are made with. */
export interface CallSpansOptions {
  readonly tracer: Tracer;
  /** Those that the tracer uses. */
  readonly ids: TraceIds;
  /** Share of calls that are traced, 0 to 1. */
  readonly ratio: number;
  /** Leave out what tells of people, as histories do: numbers and words of far ends and functions. */
  readonly redact: boolean;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

interface Leg {
  /** From its INVITE to its end. */
  readonly whole: Span;
  /** From its INVITE to its answer, or to its end without one. */
  readonly invite: Span;
  isAnswered: boolean;
}

interface Call {
  readonly root: Span;
  readonly legs: Map<string, Leg>;
  /** By type and participant. */
  readonly actions: Map<string, Span>;
}

/** The spans of calls, from what is told of them: one trace for each call that is traced. Nothing is done for a packet. */
export class CallSpans {
  readonly #options: CallSpansOptions;
  readonly #calls = new Map<string, Call>();

  constructor(options: CallSpansOptions) {
    this.#options = options;
  }

  /** Traces of calls that are open. */
  get open(): number {
    return this.#calls.size;
  }

  /** Begins the trace of a call, and ends it with the call's keeper.
   * @param isTakenOver another process began the call, and did not live to tell its first span */
  keep(state: CallState, isTakenOver: boolean, keeper: CallKeeper): CallKeeper {
    const { transactionId } = state;
    const context = this.#contextOf(transactionId);
    if (context?.isSampled !== true) return keeper;
    this.#begin(state, isTakenOver, context);
    const wait = (name: string, then: () => void) => {
      const span = this.#child(context, name, { "offhook.store": "calls" });
      return () => {
        span.end(new Date(this.#options.now()));
        then();
      };
    };
    return {
      add: (...step) => keeper.add(...step),
      isOurs: () => keeper.isOurs(),
      whenBegun: (then) => keeper.whenBegun(wait("store call", then)),
      whenKept: (then, isHurried) => keeper.whenKept(wait("store events owed", then), isHurried),
      close: (cause) => {
        keeper.close(cause);
        this.#end(transactionId);
      },
    };
  }

  /** Asks functions in spans of their own, and tells them where theirs belong. */
  watch(invoker: Pick<Invoker, "invoke">): Pick<Invoker, "invoke"> {
    return {
      invoke: async (functionArn, event, deadlineMs, about = {}) => {
        const context = this.#contextOf(about.transactionId ?? "");
        if (context?.isSampled !== true)
          return invoker.invoke(functionArn, event, deadlineMs, { ...about, trace: context });
        const { InvocationEventType: type, Sequence: sequence } = event as {
          readonly InvocationEventType?: unknown;
          readonly Sequence?: unknown;
        };
        const span = this.#child(
          context,
          `invoke ${String(type)}`,
          {
            ...{ "faas.invoked_name": functionArn, "offhook.event_type": String(type) },
            ...(typeof sequence === "number" ? { "offhook.sequence": sequence } : {}),
          },
          SpanKind.CLIENT,
        );
        const { spanId } = span.spanContext();
        const result = await invoker.invoke(functionArn, event, deadlineMs, {
          ...about,
          trace: { ...context, spanId },
        });
        this.#endInvocation(span, result);
        return result;
      },
    };
  }

  readonly add = ({ at, transactionId, fact }: CallObservation): void => {
    const context = this.#contextOf(transactionId);
    if (context?.isSampled !== true) return;
    if (fact.type === "audio-ended") return this.#audioEnded(context, at, fact);
    if (fact.type === "recording-stored" || fact.type === "recording-lost") return this.#recorded(context, at, fact);
    const call = this.#calls.get(transactionId);
    if (call === undefined) return;
    switch (fact.type) {
      case "leg-signalled":
        this.#legOf(call, context, fact.participantTag, at);
        return;
      case "leg-changed":
        return this.#legChanged(call, context, at, fact);
      case "audio-started":
        call.legs
          .get(fact.participantTag)
          ?.whole.addEvent("first RTP packet of a prompt", sinceReply(fact), new Date(at));
        return;
      case "action-started":
        call.actions.set(
          `${fact.action} ${fact.participantTag}`,
          this.#child(context, `action ${fact.action}`, { "offhook.participant": fact.participantTag }, undefined, at),
        );
        return;
      case "action-ended":
        return this.#actionEnded(call, at, fact);
      case "response-invalid":
        call.root.addEvent("reply refused", { "offhook.error_type": fact.errorType }, new Date(at));
        return;
      case "call-ended":
        call.root.setAttribute("offhook.call.end_type", fact.endType);
        if (!this.#options.redact) call.root.setAttribute("offhook.call.cause", fact.cause);
        return;
      default:
    }
  };

  #contextOf(transactionId: string): TraceContext | undefined {
    return traceOfCall(transactionId, this.#options.ratio);
  }

  #begin(state: CallState, isTakenOver: boolean, context: TraceContext): void {
    const { tracer, ids, redact, now } = this.#options;
    const { transactionId, legs, target, startedAt } = state;
    const [first] = legs;
    const isInbound = first?.direction !== "Outbound";
    const attributes: Attributes = {
      ...{ "offhook.transaction_id": transactionId, "offhook.call.direction": isInbound ? "inbound" : "outbound" },
      "offhook.application_id": target.applicationId,
      ...(redact || first === undefined ? {} : { "offhook.call.from": first.from, "offhook.call.to": first.to }),
      ...(isTakenOver ? { "offhook.call.taken_over": true } : {}),
    };
    const kind = isInbound ? SpanKind.SERVER : SpanKind.PRODUCER;
    const options = { kind, attributes, startTime: new Date(startedAt), root: true };
    const name = isInbound ? "inbound call" : "outbound call";
    const root = ids.with(context, () => tracer.startSpan(name, options, ROOT_CONTEXT));
    const call: Call = { root, legs: new Map(), actions: new Map() };
    this.#calls.set(transactionId, call);
    if (isTakenOver) root.addEvent("taken over", undefined, new Date(now()));
    // What was told of its leg until now was before there was a call.
    else if (isInbound) this.#legOf(call, context, "LEG-A", startedAt);
  }

  #end(transactionId: string): void {
    const call = this.#calls.get(transactionId);
    if (call === undefined) return;
    this.#calls.delete(transactionId);
    const at = this.#options.now();
    for (const leg of call.legs.values()) endLeg(leg, at);
    for (const span of call.actions.values()) span.end(new Date(at));
    call.root.end(new Date(at));
  }

  /** A span of a call's trace, below its first span, or below another one of it. */
  #child(context: TraceContext, name: string, attributes: Attributes, kind?: SpanKind, startTime?: number): Span {
    const { tracer, now } = this.#options;
    const parent = trace.setSpanContext(ROOT_CONTEXT, {
      ...{ traceId: context.traceId, spanId: context.spanId, traceFlags: 1 },
    });
    return tracer.startSpan(
      name,
      { kind: kind ?? SpanKind.INTERNAL, attributes, startTime: new Date(startTime ?? now()) },
      parent,
    );
  }

  #legOf(call: Call, context: TraceContext, participantTag: string, at: number): Leg {
    const known = call.legs.get(participantTag);
    if (known !== undefined) return known;
    const attributes = { "offhook.participant": participantTag };
    const whole = this.#child(context, `leg ${participantTag}`, attributes, undefined, at);
    const below = { ...context, spanId: whole.spanContext().spanId };
    const isOffered = participantTag === "LEG-A" && call.legs.size === 0;
    const kind = isOffered ? SpanKind.SERVER : SpanKind.CLIENT;
    const leg: Leg = { whole, invite: this.#child(below, "INVITE", attributes, kind, at), isAnswered: false };
    call.legs.set(participantTag, leg);
    return leg;
  }

  #legChanged(call: Call, context: TraceContext, at: number, fact: CallFact & { readonly type: "leg-changed" }): void {
    const { participantTag, state, cause } = fact;
    const leg = this.#legOf(call, context, participantTag, at);
    switch (state) {
      case "ringing":
        leg.invite.addEvent("ringing", undefined, new Date(at));
        return;
      case "answered":
        leg.isAnswered = true;
        leg.invite.end(new Date(at));
        return;
      case "ended":
        if (!this.#options.redact && cause !== undefined) leg.whole.setAttribute("offhook.leg.cause", cause);
        endLeg(leg, at);
        call.legs.delete(participantTag);
        return;
      default:
        state satisfies never;
    }
  }

  #actionEnded(call: Call, at: number, fact: CallFact & { readonly type: "action-ended" }): void {
    const key = `${fact.action} ${fact.participantTag}`;
    const span = call.actions.get(key);
    if (span === undefined) return;
    call.actions.delete(key);
    span.setAttribute("offhook.action.outcome", fact.outcome);
    if (fact.errorType !== undefined) span.setAttribute("error.type", fact.errorType);
    if (fact.outcome === "failed") this.#fail(span, fact.message);
    span.end(new Date(at));
  }

  #endInvocation(span: Span, result: InvocationResult): void {
    if (result.type === "failed") this.#failInvocation(span, result);
    span.end(new Date(this.#options.now()));
  }

  #failInvocation(span: Span, { reason, message, target }: FailedInvocation): void {
    span.setAttribute("error.type", reason);
    if (target !== undefined) span.setAttribute("offhook.function", target);
    this.#fail(span, message);
  }

  /** Its recording is stored, perhaps long after the call and in another process. */
  #recorded(
    context: TraceContext,
    at: number,
    fact: CallFact & { readonly type: "recording-stored" | "recording-lost" },
  ): void {
    const took = fact.type === "recording-stored" ? fact.storingMs : 0;
    const attributes = {
      ...{ "offhook.participant": fact.participantTag, "offhook.bucket": fact.bucket },
      ...(this.#options.redact ? {} : { "offhook.key": fact.key }),
    };
    const span = this.#child(context, "store recording", attributes, SpanKind.CLIENT, at - took);
    if (fact.type === "recording-lost") this.#fail(span, fact.message);
    span.end(new Date(at));
  }

  /** How the audio of a leg was, from its answer on, told when its session is closed; that may be after the call. */
  #audioEnded(
    context: TraceContext,
    at: number,
    { participantTag, audio }: CallFact & { readonly type: "audio-ended" },
  ): void {
    const { answeredForMs, heardAfterMs, packetsSent, packetsReceived, packetsLost, jitterMs, mos } = audio;
    if (answeredForMs === undefined) return;
    const attributes = {
      ...{ "offhook.participant": participantTag, "offhook.rtp.packets_sent": packetsSent },
      ...{ "offhook.rtp.packets_received": packetsReceived, "offhook.rtp.packets_lost": packetsLost },
      ...{ "offhook.rtp.jitter_ms": jitterMs, ...(mos === undefined ? {} : { "offhook.rtp.mos": mos }) },
    };
    const answeredAt = at - answeredForMs;
    const span = this.#child(context, `audio ${participantTag}`, attributes, undefined, answeredAt);
    if (heardAfterMs !== undefined) span.addEvent("first RTP packet", undefined, new Date(answeredAt + heardAfterMs));
    span.end(new Date(at));
  }

  #fail(span: Span, message: string | undefined): void {
    const words = this.#options.redact || message === undefined ? {} : { message };
    span.setStatus({ code: SpanStatusCode.ERROR, ...words });
  }
}

function endLeg({ whole, invite, isAnswered }: Leg, at: number): void {
  if (!isAnswered) {
    invite.setAttribute("offhook.leg.answered", false);
    invite.end(new Date(at));
  }
  whole.end(new Date(at));
}

function sinceReply({ sinceReplyMs }: { readonly sinceReplyMs: number | undefined }): Attributes {
  return sinceReplyMs === undefined ? {} : { "offhook.since_reply_ms": sinceReplyMs };
}
