import { actions } from "../../actions/index.ts";
import {
  defaultCompatibility,
  documentedLimits,
  answerTo,
  createCallMachine,
  newCallState,
  searchTexts,
  type ActionDefinition,
  type AnswerSource,
  type CallEffect,
  type CallFact,
  type CallInput,
  type CallLimits,
  type CallState,
  type MachineStep,
  type CompatibilitySwitches,
  type LegEnd,
  type CallMachine,
  type MachineConfig,
  type MachineRules,
  type NewCall,
  type PatternMatcher,
} from "../../call/index.ts";
import type { LegId, TransactionId } from "../../kernel/index.ts";
import { createManualClock } from "../manual-clock.ts";
import {
  createPerformer,
  frozenCopy,
  type Effect,
  type PerformerOptions,
  type TimelessInput,
} from "./call-performer.ts";
import type { FunctionEvent } from "./scripted-reply.ts";

/** How a driven call is set up. */
export interface CallDriverOptions extends PerformerOptions {
  /** Default Inbound. */
  readonly direction?: "Inbound" | "Outbound";
  readonly limits?: Partial<CallLimits>;
  /** Switches that are not in their default position. */
  readonly compatibility?: Partial<CompatibilitySwitches>;
  /** Looks for patterns; default: plainly, without a limit. */
  readonly matches?: PatternMatcher;
  /** Actions beside the built-in ones. */
  readonly extraActions?: readonly ActionDefinition[];
  /** Other facts of the new call. */
  readonly call?: Partial<NewCall>;
  /** Continues from a state that waits for no reply; nothing is started, and its timers never fire. */
  readonly from?: CallState;
}

/** One step of a driven call, with the state before it. */
export interface CallStep extends MachineStep {
  readonly before: CallState;
}

/** One call on the pure machine, in virtual time, with a scripted function and far end. */
export interface CallDriver {
  /** The events that the function got, retries included. */
  readonly events: readonly FunctionEvent[];
  /** The same with the application that was asked and the time it had. */
  readonly invocations: readonly Effect<"invoke">[];
  /** Everything that the machine asked for, in order. */
  readonly effects: readonly CallEffect[];
  /** The recording: each input with the effects of its step. */
  readonly steps: readonly CallStep[];
  readonly facts: readonly CallFact[];
  readonly config: MachineConfig;
  readonly rules: MachineRules;
  readonly machine: CallMachine;
  readonly initialState: CallState;
  state(): CallState;
  now(): number;
  pendingTimers(): number;
  /** `InvocationEventType` of each event. */
  eventTypes(): readonly string[];
  lastEvent(): FunctionEvent;
  /** All effects of one kind. */
  did<Do extends CallEffect["do"]>(kind: Do): readonly Effect<Do>[];
  /** Gives an input; returns the effects of it and of what followed at once. */
  give(input: TimelessInput): readonly CallEffect[];
  /** LEG-A's far end rings (180), answers, or ends the call. */
  ring(): void;
  answer(): void;
  end(end?: LegEnd): void;
  /** LEG-A's far end presses a key. */
  press(digit: string): void;
  /** UpdateSipMediaApplicationCall. */
  update(updateArguments?: Readonly<Record<string, string>>): void;
  finishPlayback(): void;
  failPlayback(code: string, message?: string): void;
  /** Moves time forward. Timers, late replies and ends of audio come when they are due. */
  advance(ms: number): void;
}

/** LEG-A's id and the transaction's in driven calls. */
export const drivenLegId = "c2a8b0de-2f0e-4b3c-8d3e-7c1f5d9e0a03" as LegId;
export const drivenTransactionId = "0b9d1f3a-5c9b-4b6e-9a57-0a4a4c1f7c11" as TransactionId;

const target = {
  applicationId: "9a1c2f44-7f0a-4f35-9f4f-2f5d9a1f3b02",
  functionArn: "arn:aws:lambda:us-east-1:111122223333:function:app",
  region: "us-east-1",
};

function aNewCall(direction: "Inbound" | "Outbound", at: number): NewCall {
  const inbound = direction === "Inbound";
  return {
    transactionId: drivenTransactionId,
    legId: drivenLegId,
    at,
    accountId: "111122223333",
    direction,
    to: inbound ? "+12065550100" : "+15105550101",
    from: inbound ? "+15105550101" : "+12065550100",
    sipRuleId: inbound ? "5d0e8b6e-1f0f-4b54-8d0c-6c6d5a0f2c01" : undefined,
    targets: [target],
    shownHeaders: undefined,
    dialHeaders: {},
    arguments: undefined,
  };
}

/** A number that the inventory has besides the called one. */
export const ownedNumber = "+12065550188";

/** Starts a call and drives it. Settings, states, inputs and effects are frozen, each state is a copy of the last: a machine that changes
 * what it was given, or keeps more than plain data, fails. So does one that breaks its word to the runner: an unknown timer,
 * two invocations at once, an effect after end-call. */
export function driveCall(options: CallDriverOptions = {}): CallDriver {
  const clock = createManualClock();
  const call = { ...aNewCall(options.direction ?? "Inbound", clock.now()), ...options.call };
  const config: MachineConfig = frozenCopy({
    limits: { ...documentedLimits, ...options.limits },
    compatibility: { ...defaultCompatibility, ...options.compatibility },
  });
  const rules: MachineRules = {
    actions: new Map([...actions, ...(options.extraActions ?? []).map((one) => [one.type, one] as const)]),
  };
  const machine = createCallMachine(rules);
  const matches = options.matches ?? ((pattern: string, text: string) => new RegExp(pattern).test(text));
  const initialState = frozenCopy(options.from ?? newCallState(call));
  let state = initialState;
  const mailbox: TimelessInput[] = [];
  const effects: CallEffect[] = [];
  const steps: CallStep[] = [];
  const source: AnswerSource = {
    search: (pattern, texts) => searchTexts(matches, pattern, texts),
    lookUp: (question) => (question.type === "owns-number" ? [call.to, ownedNumber].includes(question.number) : null),
  };
  const events: FunctionEvent[] = [];
  const performer = createPerformer(options, clock, { events, timerIds: Object.values(state.timers) }, post);
  let busy = false;

  function post(input: TimelessInput): void {
    mailbox.push(input);
    if (busy) return;
    busy = true;
    try {
      for (let next = nextInput(); next !== undefined; next = nextInput()) step(next);
    } finally {
      busy = false;
    }
  }

  /** A search or a look-up is answered before anything else. */
  function nextInput(): TimelessInput | undefined {
    if (state.search === undefined && state.lookUp === undefined) return mailbox.shift();
    const asked = effects.findLast(({ do: what }) => what === "search-pattern" || what === "look-up");
    return (asked && answerTo(asked, clock.now(), source)) ?? fail("nothing was asked");
  }

  function step(input: TimelessInput): void {
    const timed = frozenCopy({ ...input, at: clock.now() } as CallInput);
    const [next, asked] = machine(config, state, timed);
    const before = state;
    state = frozenCopy(next);
    const performed = frozenCopy(asked);
    steps.push({ before, input: timed, effects: performed, broke: false });
    effects.push(...performed);
    performed.forEach(performer.perform);
  }

  const did = <Do extends CallEffect["do"]>(kind: Do) =>
    effects.filter((effect): effect is Effect<Do> => effect.do === kind);
  const legId = state.legs[0]?.id ?? drivenLegId;
  const give = (input: TimelessInput): readonly CallEffect[] => {
    const before = effects.length;
    post(input);
    return effects.slice(before);
  };
  const lastPlayback = () => did("play-audio").at(-1)?.playbackId ?? fail("nothing was played");

  if (options.from === undefined) give({ type: "start" });
  return {
    events,
    effects,
    steps,
    config,
    rules,
    machine,
    initialState,
    get invocations() {
      return did("invoke");
    },
    get facts() {
      return did("observe").map(({ fact }) => fact);
    },
    state: () => state,
    now: () => clock.now(),
    pendingTimers: () => performer.pendingTimers(),
    eventTypes: () => events.map((event) => event.InvocationEventType),
    lastEvent: () => events.at(-1) ?? fail("no event was sent"),
    did,
    give,
    ...farEnd(give, legId, lastPlayback),
    advance: (ms) => clock.advance(ms),
  };
}

type FarEnd = Pick<CallDriver, "ring" | "answer" | "end" | "press" | "update" | "finishPlayback" | "failPlayback">;

function farEnd(give: CallDriver["give"], legId: LegId, lastPlayback: () => string): FarEnd {
  return {
    ring: () => void give({ type: "leg-ringing", legId }),
    answer: () => void give({ type: "leg-answered", legId }),
    end: (end = { type: "bye" }) => void give({ type: "leg-ended", legId, end }),
    press: (digit) => void give({ type: "digit", legId, digit }),
    update: (updateArguments = {}) => void give({ type: "update-requested", arguments: updateArguments }),
    finishPlayback: () => void give({ type: "playback-finished", playbackId: lastPlayback() }),
    failPlayback: (code, message = code) =>
      void give({ type: "playback-failed", playbackId: lastPlayback(), error: { code, message } }),
  };
}

function fail(message: string): never {
  throw new Error(message);
}
