import type { CallEffect, CallEndType, CallFact, CallKeeper, CallState, MachineStep } from "../call/index.ts";
import type { CallChange, DetailRecord, KeptInvocation } from "../store/index.ts";
import { collectMs, type BatchWriter } from "./batch-writer.ts";
import { CallLegs, type EndedLeg } from "./call-legs.ts";
import type { CallRedactor } from "./call-redactor.ts";
import { publicCause } from "./public-cause.ts";
import { keepFact } from "./kept-fact.ts";

/** What an entry is made with. */
export interface EntryParts {
  readonly nodeId: string;
  readonly writer: Pick<BatchWriter, "note" | "whenWritten">;
  /** Another process began the call. */
  readonly isTakenOver: boolean;
  /** Stands for the request that made it; undefined: none did, or it is not to be told from others. */
  readonly requestKey: string | undefined;
  readonly now: () => number;
  /** Stands for texts that tell of people, the same for the same; undefined: they are kept as they are. */
  readonly redact: CallRedactor | undefined;
  /** The record that is owed for a leg that has ended; undefined: none. */
  readonly recordOf: (leg: EndedLeg) => DetailRecord | undefined;
  readonly onClose: () => void;
  /** Whether no other process can have taken over the calls of this one. */
  readonly isSure: () => boolean;
  /** Another process has taken over the call. */
  readonly onLost: () => void;
}

/** Facts of which a row becomes another. */
const telling: ReadonlySet<CallFact["type"]> = new Set(["call-started", "leg-changed", "replied", "function-failed"]);

/** Most facts that are kept of a call, without those of its end. */
const mostFacts = 500;
const lateFacts: ReadonlySet<CallFact["type"]> = new Set(["audio-ended", "recording-stored", "recording-lost"]);

/** Whether a fact may come after the end of its call. */
export function isLateFact({ type }: CallFact): boolean {
  return lateFacts.has(type);
}

/** One call: what of it is not written yet. */
export class CallEntry implements CallKeeper {
  readonly #parts: EntryParts;
  readonly #legs: CallLegs;
  readonly #call: Pick<CallChange["call"], "direction" | "from" | "to">;
  #state: CallState;
  #invocations: KeptInvocation[] = [];
  #facts: object[] = [];
  #records: DetailRecord[] = [];
  #factsSoFar = 0;
  #endType: CallEndType | undefined;
  #end: { readonly at: number; readonly cause: string } | undefined;
  #isLost = false;
  /** Grows with each change; `written`: the last that is in the database. */
  version = 0;
  written = 0;
  isBegun = false;

  constructor(state: CallState, parts: EntryParts) {
    this.#state = state;
    this.#parts = parts;
    this.#legs = new CallLegs(state);
    const [first] = state.legs;
    if (first === undefined) throw new Error("a call has a leg");
    const { redact } = parts;
    const [from, to] = [redact?.party(first.from) ?? first.from, redact?.party(first.to) ?? first.to];
    this.#call = { direction: first.direction, from, to };
    // One that is taken over is in the database.
    if (parts.isTakenOver) this.version = this.written = 1;
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  get isEnded(): boolean {
    return this.#end !== undefined;
  }

  add(before: CallState, after: CallState, step: MachineStep): void {
    this.#state = after;
    const { input, effects } = step;
    this.#owe(this.#legs.take(before, after, step));
    for (const effect of effects) {
      if (effect.do === "observe") this.#noteReply(before, effect.fact, input.at);
      if (effect.do === "end-call") this.#endType = effect.endType;
    }
    if (effects.some(tells)) this.#change(collectMs.told);
    else if (effects.some(changesRows)) this.#change(collectMs.noted);
  }

  /** Something is told of the call; also after its end. It is written with what changes next, but after the end by itself. */
  observe(at: number, fact: CallFact): void {
    if (fact.type === "leg-signalled") this.#legs.signalled(fact);
    if (this.#factsSoFar >= mostFacts && !isLateFact(fact)) return;
    const kept = keepFact(fact, this.#parts.redact);
    if (kept === undefined) return;
    this.#factsSoFar += 1;
    this.#facts.push({ at, ...kept });
    if (this.isEnded) this.#change(collectMs.noted);
  }

  whenBegun(then: () => void): void {
    this.#parts.writer.whenWritten(this, Math.min(1, this.version), 0, then);
  }

  whenKept(then: () => void, isHurried: boolean): void {
    this.#parts.writer.whenWritten(this, this.version, isHurried ? 0 : collectMs.owed, then);
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
    // A call that was not ended by its machine has broken.
    this.#endType ??= "failed";
    this.#owe(this.#legs.end(this.#state, this.#end.at));
    this.#change(collectMs.noted);
    this.#parts.onClose();
  }

  /** What another process needs of it. */
  beginning(): CallChange {
    const { transactionId, target, sipRuleId, startedAt } = this.#state;
    const { nodeId, isTakenOver, redact } = this.#parts;
    return {
      call: {
        ...{ transactionId, nodeId, applicationId: target.applicationId, sipRuleId, ...this.#call, startedAt },
        ...{ endedAt: this.#end?.at, cause: redact === undefined ? this.#end?.cause : publicCause(this.#end?.cause) },
        ...{ isRedacted: redact !== undefined, isTakenOver },
        endType: this.#end === undefined ? undefined : this.#endType,
      },
      state: this.#end === undefined ? JSON.stringify(this.#state) : undefined,
      requestKey: this.#parts.requestKey,
      ...{ legs: [], invocations: [], facts: [], records: [] },
    };
  }

  /** What is to be written now. While somebody waits for its beginning, no more than that; the rest follows. */
  takeChange(): CallChange {
    const change = this.beginning();
    if (this.written === 0 && !this.isBegun && this.#end === undefined) {
      this.#change(collectMs.noted);
      return { ...change, records: this.#records.splice(0) };
    }
    return {
      ...change,
      ...{ legs: this.#legs.takeChanged(this.#parts.redact), invocations: this.#invocations.splice(0) },
      ...{ facts: this.#facts.splice(0), records: this.#records.splice(0) },
    };
  }

  /** What could not be written, and is to be written later. */
  giveBack({ legs, invocations, facts, records }: CallChange): void {
    this.#legs.giveBack(legs);
    this.#invocations = [...invocations, ...this.#invocations];
    this.#facts = [...facts, ...this.#facts];
    this.#records = [...records, ...this.#records];
  }

  #change(withinMs: number): void {
    if (this.#isLost) return;
    this.version += 1;
    this.#parts.writer.note(this, withinMs);
  }

  #owe(ended: readonly EndedLeg[]): void {
    for (const leg of ended) {
      const record = this.#parts.recordOf(leg);
      if (record !== undefined) this.#records.push(record);
    }
  }

  #noteReply({ invocation, target }: CallState, fact: CallFact, at: number): void {
    if (invocation === undefined || (fact.type !== "replied" && fact.type !== "function-failed")) return;
    const { tookMs } = fact;
    const answer =
      fact.type === "replied"
        ? { target: invocation.via ?? target.functionArn, outcome: "replied", why: undefined }
        : {
            ...{ target: fact.target, outcome: fact.reason },
            why: this.#parts.redact === undefined ? fact.message : undefined,
          };
    const row = {
      ...{ sequence: invocation.sequence, event: invocation.pending.type, ...answer },
      ...{ askedAt: at - tookMs, tookMs, mayRepeat: invocation.pending.mayRepeat === true },
    };
    this.#invocations.push(row);
  }
}

function tells(effect: CallEffect): boolean {
  return effect.do === "invoke";
}

function changesRows(effect: CallEffect): boolean {
  return effect.do === "observe" && telling.has(effect.fact.type);
}
