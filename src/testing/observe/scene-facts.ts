import { channel } from "node:diagnostics_channel";
import type { CallFact } from "../../call/index.ts";

/** A fact of a scripted call, with the attributes that the call had then. */
export interface SceneFact {
  /** TransactionId, and the number of the call in its process: scenes may share an id. */
  readonly call: string;
  readonly fact: CallFact;
  readonly attributes: Readonly<Record<string, unknown>> | undefined;
}

/** Each fact of each scripted call of this process, also of calls that another copy of the package makes. */
const facts = channel("offhook:scene-fact");

/** Tells a fact; costs nothing while nobody listens. */
export function tellSceneFact(make: () => SceneFact): void {
  if (facts.hasSubscribers) facts.publish(make());
}

/** Hears facts from now on. */
export function onSceneFact(take: (fact: SceneFact) => void): void {
  facts.subscribe((message) => take(message as SceneFact));
}
