import assert from "node:assert/strict";
import { test } from "node:test";
import { instrument, reachName } from "./fuzzer/instrument.ts";

/** What a module's function gives, and the blocks that were reached meanwhile. */
function run(source: string, ...words: readonly unknown[]) {
  const blocks: number[] = [];
  Object.assign(globalThis, { [reachName]: (block: number) => void blocks.push(block) });
  const body = instrument(source, 1);
  // oxlint-disable-next-line typescript/no-implied-eval
  const call = new Function(`${body}; return main;`)() as (...given: readonly unknown[]) => unknown;
  return { gave: call(...words), blocks: blocks.join(" ") };
}

const cases: readonly (readonly [what: string, source: string, one: unknown, other: unknown])[] = [
  ["an if without else", "function main(a) { if (a) return 1; return 2; }", true, false],
  ["an if in an if", "function main(a) { if (a > 0) if (a > 1) return 1; else return 2; return 3; }", 1, 2],
  ["an else if", "function main(a) { if (a === 1) { return 1 } else if (a === 2) return 2; else { return 3 } }", 2, 3],
  ["both sides of a condition", "const main = (a) => a ? 1 : 2", true, false],
  ["what is behind &&", "function main(a) { return a && 2; }", true, false],
  ["what is behind ??", "function main(a) { return a ?? 2; }", 1, undefined],
  ["a loop", "function main(a) { let b = 0; for (let i = 0; i < a; i++) b += i; while (b > 90) b--; return b; }", 0, 3],
  ["a loop over what there is", "function main(a) { for (const b of a) if (b > 1) return b; return 0; }", [1, 2], [1]],
  ["cases", "function main(a) { switch (a) { case 1: case 2: return 1; default: return 3; } }", 2, 3],
  ["an exception", "function main(a) { try { if (a) throw 1; } catch { return 1 } return 2; }", true, false],
  ["arrows within arrows", "const main = (a) => [1, 2].map((b) => a ? b : { b }).length + (a ? 1 : 0)", 1, 0],
  ["a class", "class A { #b = 1; get c() { return this.#b; } } const main = (a) => (a ? new A().c : 0)", 1, 0],
];
for (const [what, source, one, other] of cases) {
  test(`an instrumented module gives what it gave, and tells two ways apart: ${what}`, () => {
    // oxlint-disable-next-line typescript/no-implied-eval
    const plain = new Function(`${source}; return main;`)() as (given: unknown) => unknown;

    const ran = [one, other].map((word) => ({ ...run(source, word), word }));

    for (const { gave, word } of ran) assert.deepEqual(gave, plain(word));
    assert.notEqual(ran[0]?.blocks, ran[1]?.blocks);
    assert.deepEqual(run(source, one), { gave: ran[0]?.gave, blocks: ran[0]?.blocks });
  });
}

test("lines stay where they are", () => {
  const source = 'const a = 1;\nfunction main(b) {\n  if (b)\n    return a;\n  return "\\n";\n}\n';

  assert.equal(instrument(source, 1).split("\n").length, source.split("\n").length);
});
