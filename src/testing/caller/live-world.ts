import { setTimeout as pause } from "node:timers/promises";
import type { CallFact } from "../../call/index.ts";
import { systemClock, type LegId } from "../../kernel/index.ts";
import type { ReferenceSounds } from "../real/reference-sounds.ts";
import type { RealLeg } from "../real/real-leg.ts";
import type { Performed } from "../scene/performer.ts";
import type { SceneWorld } from "../scene/scene-world.ts";
import type { TimelessInput } from "../scene/timeless-input.ts";

/** How often it is listened. */
const everyMs = 20;

/** The world of a caller in a call of a server that runs: one leg, of which it is the far end. */
export class LiveWorld implements SceneWorld {
  readonly events = [];
  readonly facts: { readonly at: number; readonly fact: CallFact }[] = [];
  readonly performed: Performed;
  readonly attributes = undefined;
  endedBy: string | undefined;
  readonly #leg: RealLeg;
  readonly #references: ReferenceSounds;
  readonly #startedAt = systemClock.now();

  constructor(leg: RealLeg, performed: Performed, references: ReferenceSounds) {
    this.#leg = leg;
    this.performed = performed;
    this.#references = references;
  }

  /** Takes what happens in the call. */
  take(at: number, fact: CallFact): void {
    this.facts.push({ at, fact });
    this.#references.take(fact);
    if (fact.type === "call-ended") this.endedBy = fact.cause;
  }

  elapsedMs(): number {
    return systemClock.now() - this.#startedAt;
  }

  stateOf(legId: LegId) {
    return legId === this.#leg.id ? this.#leg.state : undefined;
  }

  press(_legId: LegId, key: string): void {
    void this.#leg.press(key);
  }

  speak(_legId: LegId, ms: number): void {
    this.#leg.speak(ms);
  }

  give(input: TimelessInput): void {
    if (input.type !== "leg-ended") return;
    this.#leg.hasLeft = true;
    this.#leg.call.hangUp();
  }

  async until<T>(find: () => T | undefined, withinMs: number): Promise<T | undefined> {
    const endMs = systemClock.monotonicMs() + withinMs;
    for (;;) {
      await this.#leg.listen(this.#references, systemClock.now());
      const found = find();
      if (found !== undefined || systemClock.monotonicMs() >= endMs) return found;
      if (this.#leg.isOver) return undefined;
      await pause(everyMs);
    }
  }

  leftInSilence(): readonly string[] {
    return [];
  }

  timeline(): readonly string[] {
    return [];
  }

  plan(): never {
    throw new Error("a caller of a running server does not know its function");
  }

  planMeanwhile(): never {
    return this.plan();
  }

  history(): never {
    return this.plan();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
