import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readCallerScript } from "./read-caller-script.ts";

describe("a caller's script", () => {
  it("is a list of steps in the words of scenes, and of a voice", () => {
    const script =
      '# A comment\n- hears: press a key\n- presses: "12#"\n  gapMs: 300\n- says: Hello\n- waits: 500\n- hangsUp\n';
    const steps = readCallerScript(script);
    assert.deepEqual(
      steps.map(({ text }) => text),
      ["hears press a key", "presses 12#", "says Hello", "waits 500", "hangsUp"],
    );
    assert.deepEqual(steps[1]?.written, { presses: "12#", gapMs: 300 });
  });

  const wrong: readonly [script: string, says: RegExp][] = [
    ['- hears: x\n- press: "1"\n', /Line 2, column 3: press: .*did you mean "presses"\?/],
    ["- hears: x\n- hangup\n", /Line 2, column 3: hangup: .*did you mean "hangsUp"\?/],
    ["- sleep: 20", /Line 1, column 3: sleep: .*did you mean "waits"\?/],
    ["- presses: 1", /Line 1, column 12: presses: found the number 1, but it must be text: write it in quotes/],
    ["- waits: 700000", /Line 1, column 10: waits: .*at most 600000/],
    ["- hears: a\n  says: b", /Line 1, column 3: it must be one step, such as hears; it has hears and says/],
    ["- waits: 5\n  toTheEnd: true", /Line 1, column 3: toTheEnd is not for waits/],
    ['- hangsUp\n- presses: "1"', /Line 2, column 3: the call is over by then/],
    ['- hears: { pattern: "(" }', /Line 1, column 3: hears: Invalid regular expression/],
    ["- hears: [1", /Line 1, column 12: /],
    ["says: hello", /it must be a list: "- hears: Welcome" is a step/],
    ["- &a [*a]", /Line 1/],
    ["- dials: '+12065550100'", /Line 1, column 3: dials: unknown key/],
  ];
  for (const [script, says] of wrong) {
    it(`that is ${JSON.stringify(script).slice(0, 50)} is refused with its line and what would be right`, () => {
      assert.throws(() => readCallerScript(script), { code: "TESTING_BAD_SCENE", message: says });
    });
  }
});
