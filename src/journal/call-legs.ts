import {
  tagOf,
  type CallEffect,
  type CallFact,
  type CallState,
  type Destination,
  type Leg,
  type LegEnd,
  type MachineStep,
} from "../call/index.ts";
import { nameOfDialog } from "../kernel/index.ts";
import type { KeptLeg } from "../store/index.ts";
import type { CallRedactor } from "./call-redactor.ts";
import { publicCause } from "./public-cause.ts";

/** A leg that is over, and what is known of it. Times are epoch milliseconds. */
export interface EndedLeg {
  readonly call: Pick<CallState, "transactionId" | "accountId" | "sipRuleId" | "target">;
  readonly leg: Leg;
  /** When it began, but no two legs of a call at the same time. */
  readonly distinctStart: number;
  /** undefined: it was not. */
  readonly answeredAt: number | undefined;
  readonly endedAt: number;
  /** How long noise was taken out of what its far end said. */
  readonly noiseSuppressedMs: number;
  /** Whom an outbound leg was for. */
  readonly destination: Destination | undefined;
  /** Of its latest dialog. */
  readonly sipCallId: string | undefined;
  /** By which the far end was called. */
  readonly trunk: string | undefined;
  readonly cause: string | undefined;
  /** The last leg that was called for it. */
  readonly partner: Pick<EndedLeg, "sipCallId" | "trunk" | "cause"> | undefined;
}

interface LegNotes {
  leg: Leg;
  /** What is known of it is not what was written last. */
  isChanged: boolean;
  readonly distinctStart: number;
  answeredAt: number | undefined;
  endedAt: number | undefined;
  cause: string | undefined;
  suppressedAt: number | undefined;
  suppressedMs: number;
  destination: Destination | undefined;
  sipCallId: string | undefined;
  trunk: string | undefined;
  sipStatus: number | undefined;
}

/** The legs of one call, with those that its state does not have any more. */
export class CallLegs {
  readonly #legs = new Map<string, LegNotes>();

  constructor({ legs }: CallState) {
    for (const leg of legs) this.#note(leg);
  }

  /** Follows a step; gives the legs that have ended in it. */
  take(before: CallState, after: CallState, { input, effects }: MachineStep): readonly EndedLeg[] {
    const ended = before.legs === after.legs ? [] : this.#compare(after, input.at);
    if (input.type === "leg-ended")
      this.#answer(input.legId, statusOfEnd(input.end, this.#legs.get(input.legId)?.leg.direction));
    for (const effect of effects) this.#follow(effect, input.at, ended);
    return ended.map((notes) => this.#describe(after, notes));
  }

  /** The call is over, whatever its legs were told. */
  end(state: CallState, at: number): readonly EndedLeg[] {
    const left = [...this.#legs.values()].filter(({ endedAt }) => endedAt === undefined);
    for (const notes of left) Object.assign(notes, { endedAt: at, isChanged: true });
    return left.map((notes) => this.#describe(state, notes));
  }

  /** The INVITE of a leg has come, or has left. */
  signalled({ participantTag, sipCallId, trunk }: Extract<CallFact, { type: "leg-signalled" }>): void {
    const of = [...this.#legs.values()].findLast(({ leg }) => tagOf(leg) === participantTag);
    if (of !== undefined) Object.assign(of, { sipCallId, trunk, isChanged: true });
  }

  /** Those of which something is not written yet, as they are now.
   * @param redact stands for texts that tell of people; without it causes stay whole too */
  takeChanged(redact: CallRedactor | undefined): readonly KeptLeg[] {
    const changed: KeptLeg[] = [];
    for (const notes of this.#legs.values()) {
      if (notes.isChanged) changed.push(rowOf(notes, redact));
      notes.isChanged = false;
    }
    return changed;
  }

  /** What was taken, and could not be written. */
  giveBack(rows: readonly KeptLeg[]): void {
    for (const { id } of rows) {
      const notes = this.#legs.get(id);
      if (notes !== undefined) notes.isChanged = true;
    }
  }

  #compare({ legs }: CallState, at: number): readonly LegNotes[] {
    const ended: LegNotes[] = [];
    const end = (notes: LegNotes, endedAt: number) => {
      if (notes.endedAt !== undefined) return;
      notes.endedAt = endedAt;
      notes.isChanged = true;
      if (notes.suppressedAt !== undefined) notes.suppressedMs += endedAt - notes.suppressedAt;
      ended.push(notes);
    };
    for (const leg of legs) {
      const known = this.#legs.get(leg.id);
      const notes = known ?? this.#note({ ...leg, state: { type: "created" } });
      notes.isChanged ||= notes.leg !== leg;
      notes.leg = leg;
      if (leg.state.type === "answered") {
        notes.answeredAt ??= leg.state.answeredAt;
        if (leg.kind === "telephone") notes.sipStatus ??= 200;
      }
      if (leg.state.type === "ended") end(notes, leg.state.endedAt);
    }
    // One that never was a party is no leg of the call any more.
    for (const notes of this.#legs.values()) if (!legs.some(({ id }) => id === notes.leg.id)) end(notes, at);
    return ended;
  }

  #follow(effect: CallEffect, at: number, ended: readonly LegNotes[]): void {
    switch (effect.do) {
      case "dial-leg":
        return this.#change(effect.legId, (notes) => (notes.destination = effect.destination));
      case "reject-leg":
        return this.#answer(effect.legId, effect.status);
      case "hang-up-leg":
        return this.#cancel(effect.legId);
      case "suppress-noise":
        return this.#change(effect.legId, (notes) => {
          if (notes.suppressedAt !== undefined) notes.suppressedMs += at - notes.suppressedAt;
          notes.suppressedAt = effect.isOn ? at : undefined;
        });
      case "observe": {
        const { fact } = effect;
        if (fact.type !== "leg-changed" || fact.state !== "ended") return;
        const of = ended.find(({ leg, cause }) => cause === undefined && tagOf(leg) === fact.participantTag);
        if (of !== undefined) of.cause = fact.cause;
        return;
      }
      default:
    }
  }

  /** Who was called is answered once. */
  #answer(legId: string, status: number | undefined): void {
    const notes = this.#legs.get(legId);
    if (notes === undefined || notes.leg.kind !== "telephone" || notes.sipStatus !== undefined) return;
    notes.sipStatus = status;
    notes.isChanged = true;
  }

  /** Who is being called, and has not answered, gets a CANCEL. */
  #cancel(legId: string): void {
    const { leg, sipCallId } = this.#legs.get(legId) ?? {};
    if (leg?.direction === "Outbound" && sipCallId !== undefined) this.#answer(legId, 487);
  }

  #change(legId: string, change: (notes: LegNotes) => void): void {
    const notes = this.#legs.get(legId);
    if (notes !== undefined && notes.endedAt === undefined) change(notes);
  }

  #describe(call: CallState, notes: LegNotes): EndedLeg {
    const { leg, distinctStart, answeredAt, endedAt = 0, suppressedMs: noiseSuppressedMs, destination } = notes;
    const { sipCallId, trunk, cause } = notes;
    return {
      ...{ call, leg, distinctStart, answeredAt, endedAt, noiseSuppressedMs, destination, sipCallId, trunk, cause },
      partner: [...this.#legs.values()].findLast((other) => other.leg.calledFor === leg.id),
    };
  }

  #note(leg: Leg): LegNotes {
    const { state } = leg;
    const starts = new Set([...this.#legs.values()].map((other) => other.distinctStart));
    let distinctStart = leg.startedAt;
    while (starts.has(distinctStart)) distinctStart += 1;
    const notes: LegNotes = {
      ...{
        leg,
        isChanged: true,
        distinctStart,
        cause: undefined,
        suppressedAt: undefined,
        suppressedMs: 0,
        destination: undefined,
      },
      ...{ sipCallId: undefined, trunk: undefined, sipStatus: state.type === "answered" ? 200 : undefined },
      answeredAt: state.type === "answered" ? state.answeredAt : undefined,
      endedAt: state.type === "ended" ? state.endedAt : undefined,
    };
    this.#legs.set(leg.id, notes);
    return notes;
  }
}

function rowOf(notes: LegNotes, redact: CallRedactor | undefined): KeptLeg {
  const { leg, answeredAt, endedAt, cause, sipCallId, trunk, sipStatus } = notes;
  const { id, kind, direction, startedAt } = leg;
  const dialog = redact === undefined || sipCallId === undefined ? sipCallId : nameOfDialog(sipCallId);
  const [from, to] = [redact?.party(leg.from) ?? leg.from, redact?.party(leg.to) ?? leg.to];
  const why = redact === undefined ? cause : publicCause(cause);
  return {
    ...{ id, tag: tagOf(leg), kind, direction, from, to, startedAt, answeredAt, endedAt, cause: why },
    ...{ sipCallId: dialog, trunk, sipStatus },
  };
}

/** The final status that an end stands for; undefined: nobody answered at all. */
function statusOfEnd(end: LegEnd, direction: Leg["direction"] | undefined): number | undefined {
  switch (end.type) {
    case "rejected":
      return end.status;
    case "cancelled":
      return 487;
    case "no-common-codec":
      return 488;
    case "failed":
      return direction === "Inbound" ? 500 : undefined;
    default:
      return undefined;
  }
}
