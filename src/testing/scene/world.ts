import { actions } from "../../actions/index.ts";
import {
  answerTo,
  createCallMachine,
  createPatternMatcher,
  defaultCompatibility,
  documentedLimits,
  newCallState,
  replyBounds,
  searchTexts,
  type AnswerSource,
  type CallEffect,
  type CallFact,
  type CallInput,
  type CallState,
  type JsonObject,
  type LegState,
  type MachineConfig,
  type MachineStep,
  type NewCall,
  type ReplyBounds,
} from "../../call/index.ts";
import { readFunctionReply } from "../../engine/index.ts";
import { createHistoryPrinter } from "../../history/index.ts";
import type { InvocationResult } from "../../invoke/index.ts";
import { whyUnspeakable } from "../../speech/index.ts";
import { newId, type LegId } from "../../kernel/index.ts";
import { tellSceneFact } from "../observe/index.ts";
import { createManualClock } from "../manual-clock.ts";
import { createFaultPlan, thrownByScene, unusableReply, type FaultPlan, type PlannedInvocation } from "./fault-plan.ts";
import { callHandler, failure, tooLate, usualHangMs } from "./function-under-test.ts";
import type { OpenFunction } from "./open-function.ts";
import { createPerformer } from "./performer.ts";
import type { SceneWorld } from "./scene-world.ts";
import type { TimelessInput } from "./timeless-input.ts";
import { describeFacts } from "./timeline.ts";
import type { Fault, Handler, SceneEvent, SceneOptions } from "./types.ts";

type Invocation = Extract<CallEffect, { do: "invoke" }>;

const rules = { actions, whyUnspeakable };
const machine = createCallMachine(rules);
const usual: MachineConfig = { limits: documentedLimits, compatibility: defaultCompatibility };
const usualBounds = replyBounds({ rules, config: usual });
const matches = createPatternMatcher();

/** A call on the machine of the server in virtual time, with a function and the far ends of a scene. */
export class World implements SceneWorld {
  readonly clock;
  readonly performed;
  readonly recordings;
  /** The events that the function got. */
  readonly events: SceneEvent[] = [];
  readonly facts: { readonly at: number; readonly fact: CallFact }[] = [];
  /** Why the call ended; undefined while it is up. */
  endedBy: string | undefined;
  /** Tells it from others of the process. */
  readonly #name = newId();
  readonly #handler: Handler | OpenFunction;
  readonly #options: SceneOptions;
  readonly #config: MachineConfig;
  readonly #bounds: ReplyBounds;
  readonly #answers: AnswerSource;
  readonly #steps: { readonly before: CallState; readonly step: MachineStep }[] = [];
  readonly #startedAt: number;
  readonly #performer;
  readonly #mailbox: TimelessInput[] = [];
  readonly #plan: FaultPlan;
  /** What is done while the function is at work on its next event. */
  readonly #meanwhile: (() => void)[] = [];
  #state: CallState;
  #isBusy = false;
  /** The function at work, in real time; the clock stands still meanwhile. */
  #answer: Promise<void> | undefined;

  constructor(
    handler: Handler | OpenFunction,
    call: Omit<NewCall, "at">,
    owned: readonly string[],
    options: SceneOptions,
  ) {
    this.clock = createManualClock(options.startAt);
    this.#startedAt = this.clock.now();
    this.#handler = handler;
    this.#options = options;
    this.#plan = createFaultPlan(options);
    const { limits = {}, compatibility = {} } = options;
    const isUsual = Object.keys(limits).length + Object.keys(compatibility).length === 0;
    this.#config = isUsual
      ? usual
      : {
          limits: { ...documentedLimits, ...limits },
          compatibility: { ...defaultCompatibility, ...compatibility },
        };
    this.#bounds = isUsual ? usualBounds : replyBounds({ rules, config: this.#config });
    this.#answers = {
      search: (pattern, texts) => searchTexts(matches, pattern, texts),
      lookUp: (question) => (question.type === "owns-number" ? owned.includes(question.number) : null),
    };
    this.#performer = createPerformer(this.clock, { prompts: {}, speech: {}, ...options }, (input) => this.give(input));
    this.performed = this.#performer.performed;
    this.recordings = this.#performer.recordings;
    this.#state = newCallState({ ...call, at: this.#startedAt });
    this.give({ type: "start" });
  }

  get attributes(): JsonObject | undefined {
    return this.#state.attributes;
  }

  elapsedMs(): number {
    return this.clock.monotonicMs();
  }

  stateOf(legId: LegId): LegState["type"] | undefined {
    return this.#state.legs.find(({ id }) => id === legId)?.state.type;
  }

  leftInSilence(): readonly string[] {
    const { legs, list, invocation, pendingEvents } = this.#state;
    const isBusy = list.running !== undefined || list.queue.length > 0 || list.replacement !== undefined;
    if (this.endedBy !== undefined || isBusy || invocation !== undefined || pendingEvents.length > 0) return [];
    const alone = legs.filter(({ kind, state, joinedWith }) => {
      return kind === "telephone" && state.type === "answered" && joinedWith === undefined;
    });
    return alone.map(({ direction, from, to }) => (direction === "Inbound" ? from : to));
  }

  press(legId: LegId, digit: string): void {
    this.recordings.press(legId, digit);
    this.give({ type: "digit", legId, digit });
  }

  speak(legId: LegId, ms: number): void {
    this.recordings.speak(legId, ms);
  }

  async close(): Promise<void> {}

  /** What the next invocations come to, in order. */
  plan(fault: Fault): void {
    this.#plan.add(fault);
  }

  /** Does something while the function is at work on its next event. */
  planMeanwhile(act: () => void): void {
    this.#meanwhile.push(act);
  }

  /** Gives the machine an input, and performs what comes of it, in order. */
  give(input: TimelessInput): void {
    this.#mailbox.push(input);
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (let next = this.#mailbox.shift(); next !== undefined; next = this.#mailbox.shift()) this.#step(next);
    } finally {
      this.#isBusy = false;
    }
  }

  /** Lets time pass until something is found, or for so long. While the function works the clock stands still. */
  async until<T>(find: () => T | undefined, withinMs: number): Promise<T | undefined> {
    let isLate = false;
    // What else is due at that time comes first.
    let limit = this.clock.startTimer(withinMs, () => {
      limit = this.clock.startTimer(0, () => (isLate = true));
    });
    try {
      for (;;) {
        while (this.#answer !== undefined) await this.#answer;
        const found = find();
        if (found !== undefined || isLate || (this.endedBy !== undefined && this.clock.pendingTimers() === 1))
          return found;
        this.clock.runNext();
      }
    } finally {
      limit.cancel();
    }
  }

  /** The call so far as the server keeps it, JSON lines. */
  history(): string {
    const printer = createHistoryPrinter(this.#config, undefined);
    const [first] = this.#steps;
    const lines = [
      printer.head(first?.before ?? this.#state),
      ...this.#steps.map(({ before, step }) => printer.step(before, step)),
    ];
    return `${lines.join("\n")}\n`;
  }

  /** What happened so far, a line each. */
  timeline(): readonly string[] {
    return describeFacts(this.facts, this.#startedAt);
  }

  #step(input: TimelessInput): void {
    const at = this.clock.now();
    const timed = { ...input, at } as CallInput;
    const before = this.#state;
    const [state, effects] = machine(this.#config, before, timed);
    this.#state = state;
    this.#steps.push({ before, step: { input: timed, effects, broke: false } });
    for (const effect of effects) this.#perform(effect);
    // Nothing may come before the answer to a question.
    for (const effect of effects) {
      const answer = answerTo(effect, at, this.#answers);
      if (answer !== undefined) this.#step(answer);
    }
  }

  #perform(effect: CallEffect): void {
    switch (effect.do) {
      case "invoke":
        this.#answer = this.#invoke(effect);
        return;
      case "observe":
        this.facts.push({ at: this.clock.now(), fact: effect.fact });
        if (effect.fact.type === "invoked") this.events.push(effect.fact.event as unknown as SceneEvent);
        tellSceneFact(() => ({ call: this.#name, fact: effect.fact, attributes: this.#state.attributes }));
        return;
      case "end-call":
        this.endedBy = effect.cause;
        return;
      default:
        this.#performer.perform(effect);
    }
  }

  async #invoke(invocation: Invocation): Promise<void> {
    const { result, tookMs } = await this.#ask(invocation, this.#plan.next());
    this.#answer = undefined;
    for (const act of this.#meanwhile.splice(0)) act();
    const reply = readFunctionReply(result, this.#bounds);
    const deliver = () => this.give({ type: "function-replied", invocationId: invocation.invocationId, reply });
    if (tookMs === 0) deliver();
    else this.clock.startTimer(tookMs, deliver);
  }

  async #ask(
    invocation: Invocation,
    { fault, tookMs }: PlannedInvocation,
  ): Promise<{ result: InvocationResult; tookMs: number }> {
    const { deadlineMs } = invocation;
    const { hangsAfterRealMs = usualHangMs } = this.#options;
    if (fault === "silent") return { result: tooLate(deadlineMs), tookMs: deadlineMs };
    if (fault === "throws") return { result: thrownByScene, tookMs };
    const isHere = typeof this.#handler === "function";
    const result =
      typeof this.#handler === "function"
        ? await callHandler(this.#handler, invocation, hangsAfterRealMs)
        : await this.#handler.invoke(invocation.event, hangsAfterRealMs);
    const isHung = result.type === "failed" && result.reason === "timeout";
    if (isHung || tookMs >= deadlineMs)
      return { result: isHung && isHere ? result : tooLate(deadlineMs), tookMs: deadlineMs };
    if (fault === "answer-lost") return { result: failure("unreachable", "the scene lets its answer be lost"), tookMs };
    return { result: fault === "unusable" ? unusableReply : result, tookMs };
  }
}
