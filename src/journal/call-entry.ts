import {
  tagOf,
  type CallEffect,
  type CallFact,
  type CallKeeper,
  type CallState,
  type MachineStep,
} from "../call/index.ts";
import type { CallChange, KeptInvocation, KeptLeg } from "../store/index.ts";
import { collectMs, type BatchWriter } from "./batch-writer.ts";

/** What an entry is made with. */
export interface EntryParts {
  readonly nodeId: string;
  readonly writer: Pick<BatchWriter, "note" | "whenWritten">;
  /** Another process began the call. */
  readonly isTakenOver: boolean;
  readonly now: () => number;
  readonly onClose: () => void;
  /** Whether no other process can have taken over the calls of this one. */
  readonly isSure: () => boolean;
  /** Another process has taken over the call. */
  readonly onLost: () => void;
}

/** What became of a leg, where the call's state does not say it any more. */
interface LegNotes {
  answeredAt?: number;
  endedAt?: number;
  cause?: string;
}

/** Facts of which a row becomes another. */
const telling: ReadonlySet<CallFact["type"]> = new Set(["call-started", "leg-changed", "replied", "function-failed"]);

/** One call: what of it is not written yet. */
export class CallEntry implements CallKeeper {
  readonly #parts: EntryParts;
  #state: CallState;
  readonly #legs = new Map<string, KeptLeg>();
  readonly #notes = new Map<string, LegNotes>();
  #invocations: KeptInvocation[] = [];
  #end: { readonly at: number; readonly cause: string } | undefined;
  #isLost = false;
  /** Grows with each change; `written`: the last that is in the database. */
  version = 0;
  written = 0;

  constructor(state: CallState, parts: EntryParts) {
    this.#state = state;
    this.#parts = parts;
    // One that is taken over is in the database.
    if (parts.isTakenOver) this.version = this.written = 1;
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  get isEnded(): boolean {
    return this.#end !== undefined;
  }

  add(before: CallState, after: CallState, { input, effects }: MachineStep): void {
    this.#state = after;
    for (const effect of effects) if (effect.do === "observe") this.#take(before, effect.fact, input.at);
    if (effects.some(tells)) this.#change(collectMs.told);
    else if (effects.some(changesRows)) this.#change(collectMs.noted);
  }

  whenBegun(then: () => void): void {
    this.#parts.writer.whenWritten(this, Math.min(1, this.version), then);
  }

  whenKept(then: () => void): void {
    this.#parts.writer.whenWritten(this, this.version, then);
  }

  isOurs(): boolean {
    return !this.#isLost && this.#parts.isSure();
  }

  /** Writes the call, so that it is known whether another process has it. */
  check(): void {
    this.#change(collectMs.told);
  }

  lose(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#parts.onLost();
  }

  close(cause: string): void {
    if (this.#end !== undefined) return;
    this.#end = { at: this.#parts.now(), cause };
    this.#change(collectMs.noted);
    this.#parts.onClose();
  }

  /** What is to be written now. */
  takeChange(): CallChange {
    const { transactionId, target, sipRuleId, startedAt, legs } = this.#state;
    for (const leg of legs) this.#legs.set(leg.id, this.#describe(leg));
    const first = this.#legs.values().next().value;
    if (first === undefined) throw new Error("a call has a leg");
    const { direction, from, to } = first;
    const invocations = this.#invocations;
    this.#invocations = [];
    const { nodeId, isTakenOver } = this.#parts;
    return {
      call: {
        ...{ transactionId, nodeId, applicationId: target.applicationId, sipRuleId, direction, from, to, startedAt },
        ...{ endedAt: this.#end?.at, cause: this.#end?.cause, isTakenOver },
      },
      state: this.#end === undefined ? JSON.stringify(this.#state) : undefined,
      legs: [...this.#legs.values()],
      invocations,
    };
  }

  /** What could not be written, and is to be written later. */
  giveBack({ invocations }: CallChange): void {
    this.#invocations = [...invocations, ...this.#invocations];
  }

  #change(withinMs: number): void {
    if (this.#isLost) return;
    this.version += 1;
    this.#parts.writer.note(this, withinMs);
  }

  #take({ invocation, target }: CallState, fact: CallFact, at: number): void {
    if (fact.type === "leg-changed") return this.#noteLeg(fact, at);
    if (invocation === undefined) return;
    const asked = { sequence: invocation.sequence, event: invocation.pending.type };
    const mayRepeat = invocation.pending.mayRepeat === true;
    if (fact.type === "replied") {
      const { tookMs } = fact;
      const by = invocation.via ?? target.functionArn;
      const row = { ...asked, target: by, askedAt: at - tookMs, tookMs, outcome: "replied", why: undefined, mayRepeat };
      this.#invocations.push(row);
    }
    if (fact.type === "function-failed") {
      const { tookMs, target: by, reason, message } = fact;
      const row = { ...asked, target: by, askedAt: at - tookMs, tookMs, outcome: reason, why: message, mayRepeat };
      this.#invocations.push(row);
    }
  }

  /** The last leg with the tag is meant: one that left makes room for another. */
  #noteLeg({ participantTag, state, cause }: Extract<CallFact, { type: "leg-changed" }>, at: number): void {
    const isMeant = (leg: CallState["legs"][number]) => tagOf(leg) === participantTag;
    const leg =
      this.#state.legs.findLast(isMeant)?.id ??
      [...this.#legs.values()].findLast(({ tag }) => tag === participantTag)?.id;
    if (leg === undefined) return;
    const notes = this.#notes.get(leg) ?? {};
    this.#notes.set(leg, notes);
    if (state === "answered") notes.answeredAt ??= at;
    if (state !== "ended") return;
    notes.endedAt ??= at;
    if (cause !== undefined) notes.cause ??= cause;
    const known = this.#legs.get(leg);
    if (known !== undefined) this.#legs.set(leg, { ...known, endedAt: notes.endedAt, cause: notes.cause });
  }

  #describe(leg: CallState["legs"][number]): KeptLeg {
    const { id, kind, direction, from, to, startedAt } = leg;
    const { answeredAt, endedAt, cause } = this.#notes.get(id) ?? {};
    return { id, tag: tagOf(leg), kind, direction, from, to, startedAt, answeredAt, endedAt, cause };
  }
}

function tells(effect: CallEffect): boolean {
  return effect.do === "invoke";
}

function changesRows(effect: CallEffect): boolean {
  return effect.do === "observe" && telling.has(effect.fact.type);
}
