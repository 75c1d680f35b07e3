import type { CallFact } from "../../call/index.ts";
import { visible } from "../../kernel/index.ts";
import { describeFact, foldRepetitions } from "../../timeline/index.ts";

/** What happened in a call, a line each, with times from its start. What comes again and again is told once, and how often it came. */
export function describeFacts(
  facts: readonly { readonly at: number; readonly fact: CallFact }[],
  startedAt: number,
): readonly string[] {
  const lines = facts.flatMap(({ at, fact }) => {
    const alike = describeFact(withoutNumbers(fact));
    return describeFact(fact).map(({ source, text }, index) => {
      return {
        source,
        text,
        seconds: `+${((at - startedAt) / 1_000).toFixed(3)} s`,
        key: `${source} ${alike[index]?.text}`,
      };
    });
  });
  return foldRepetitions(lines, ({ key }) => key).map((line) => {
    if (!("again" in line)) return `${line.seconds.padStart(12)}  ${line.source.padEnd(8)}  ${visible(line.text)}`;
    const { items, times, last } = line.again;
    return `${" ".repeat(24)}(${items === 1 ? "this line" : `these ${items} lines`} ${times} times more, until ${last.seconds})`;
  });
}

/** The same for facts that differ only by when they came. */
function withoutNumbers(fact: CallFact): CallFact {
  return { ...fact, ...("sequence" in fact ? { sequence: 0 } : {}), ...("tookMs" in fact ? { tookMs: 0 } : {}) };
}
