import type { CallFact } from "../../call/index.ts";
import { describeFact, visible } from "../../timeline/index.ts";

/** What happened in a call, a line each, with times from its start. */
export function describeFacts(
  facts: readonly { readonly at: number; readonly fact: CallFact }[],
  startedAt: number,
): readonly string[] {
  return facts.flatMap(({ at, fact }) => {
    const seconds = `+${((at - startedAt) / 1_000).toFixed(3)} s`.padStart(12);
    return describeFact(fact).map(({ source, text }) => `${seconds}  ${source.padEnd(8)}  ${visible(text)}`);
  });
}
