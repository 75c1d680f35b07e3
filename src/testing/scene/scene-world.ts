import type { CallFact, JsonObject, LegState } from "../../call/index.ts";
import type { LegId } from "../../kernel/index.ts";
import type { Performed } from "./performer.ts";
import type { TimelessInput } from "./timeless-input.ts";
import type { Fault, SceneEvent } from "./types.ts";

/** What the steps of a scene need of the world around a call: virtual time, or SIP and RTP. */
export interface SceneWorld {
  /** The events that the function got; one that it was asked again with counts once. */
  readonly events: readonly SceneEvent[];
  readonly facts: readonly { readonly at: number; readonly fact: CallFact }[];
  readonly performed: Performed;
  /** Why the call ended; undefined while it is up. */
  readonly endedBy: string | undefined;
  /** TransactionAttributes as the next event would have them. */
  readonly attributes: JsonObject | undefined;
  /** Milliseconds since the call began. */
  elapsedMs(): number;
  /** The life of a leg; undefined: there is none. */
  stateOf(legId: LegId): LegState["type"] | undefined;
  /** Telephones that hear nothing, talk with nobody, and for whom nothing is to come. */
  leftInSilence(): readonly string[];
  /** The far end of a leg presses a key. */
  press(legId: LegId, key: string): void;
  /** It speaks for so long. */
  speak(legId: LegId, ms: number): void;
  /** A far end rings, answers or leaves, or the API asks for an update. */
  give(input: TimelessInput): void;
  /** What the next invocations come to, in order. */
  plan(fault: Fault): void;
  /** Does something while the function is at work on its next event. */
  planMeanwhile(act: () => void): void;
  /** Lets time pass until something is found, or for so long. */
  until<T>(find: () => T | undefined, withinMs: number): Promise<T | undefined>;
  /** What happened so far, a line each. */
  timeline(): readonly string[];
  /** The call so far as the server keeps it, JSON lines. */
  history(): string;
  /** Gives back what is open around it. */
  close(): Promise<void>;
}
