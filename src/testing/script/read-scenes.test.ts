import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { errorCode } from "../../kernel/index.ts";
import { printScenes } from "./print-scenes.ts";
import { readScenes, type Inventory } from "./read-scenes.ts";

const head = ["function: ./menu.mjs", "scenes:", "  - title: a call", "    steps:"];
const file = (...steps: readonly string[]) => [...head, ...steps.map((step) => `      - ${step}`)].join("\n");

function problemOf(text: string, inventory?: Inventory): string {
  try {
    readScenes(text, "menu.scene.yaml", inventory);
  } catch (error) {
    assert.equal(errorCode(error), "TESTING_BAD_SCENE");
    return error instanceof Error ? error.message : "";
  }
  return assert.fail("it is read");
}

describe("scenes in YAML", () => {
  it("are read with the place of each step, and printed as they were", () => {
    const text = file(
      "hears: Press 1 for sales.",
      'presses: "1"',
      'dials: "+12065550123"\n        as: sales',
      "{ who: sales, answers: true }",
      "hangsUp",
      "ends",
    );
    const read = readScenes(text, "menu.scene.yaml");
    const [scene] = read.scenes;
    assert.equal(scene?.placeOf(2), "menu.scene.yaml:7:9");
    assert.deepEqual(scene?.steps[3], { who: "sales", answers: true });
    const { placeOf: _place, ...plain } = scene;
    const printed = printScenes({ ...read, scenes: [plain] });
    assert.match(printed, /^ +- hangsUp$/m);
    assert.deepEqual(readScenes(printed, "x").scenes[0]?.steps, scene.steps);
  });

  const wrong: readonly (readonly [string, string, RegExp])[] = [
    [
      "a step that does not exist",
      file("hers: Hello"),
      /menu\.scene\.yaml:5:9: .*unknown key "hers"; did you mean "hears"\?/,
    ],
    [
      "a word that is no step",
      file("hears: Hello", "hangup"),
      /menu\.scene\.yaml:6:9: .*"hangup"; did you mean "hangsUp"\?/,
    ],
    ["two steps in one", file('{ hears: Hello, presses: "1" }'), /:5:9: .*hears and presses/],
    ["no step", file("{ withinMs: 5 }"), /:5:9: .*there is none/],
    ["an option of another step", file("{ hears: Hello, gapMs: 5 }"), /gapMs is not for hears/],
    ["keys that are a number", file("presses: 12"), /:5:18: .*write it in quotes, "12"/],
    ["keys that are none", file('presses: "1x"'), /must be keys out of 0-9/],
    ["a type of event with a typo", file("isTold: ACTION_SUCESSFUL"), /did you mean ACTION_SUCCESSFUL\?/],
    ["an action with a typo", file("asksFor: Speek"), /did you mean Speak\?/],
    [
      "a party that nobody named",
      file('{ dials: "+12065550123", as: sales }', "{ who: saels, answers: true }"),
      /:6:16: .*nobody is named saels: did you mean sales\?/,
    ],
    [
      "a step after the end of the call",
      file("hangsUp", "ends", 'presses: "1"'),
      /:7:18: .*the call is over by then \(menu\.scene\.yaml:6:9\)/,
    ],
    ["a step of who has left", file("hangsUp", 'presses: "1"'), /:6:18: .*the caller has left by then/],
    ["a pattern that is none", file('hears: { pattern: "(" }'), /:5:16: .*Invalid regular expression/],
    ["a status that refuses nothing", file("refuses: 200"), /a whole number from 400 to 699/],
    ["a number that is none", file('dials: "5550123"'), /must be a number in quotes/],
    ["no scenes", "function: ./menu.mjs\nscenes: []", /at least 1/],
    ["no function", "scenes: []", /"function" is missing/],
    ["text that is no YAML", "function: [", /menu\.scene\.yaml:1:/],
    [
      "a number outside of the inventory",
      [
        "function: f.mjs",
        "scenes:",
        "  - title: x",
        '    dial: { to: "+12065550101", numbers: ["+12065550100"] }',
        "    steps: [ends]",
      ].join("\n"),
      /:4:17: .*\+12065550101 is not in the inventory \(numbers\); did you mean \+12065550100\?/,
    ],
    [
      "a switch with a typo",
      file("ends").replace("    steps:", "    dial: { compatibility: { mergeAtributes: true } }\n    steps:"),
      /did you mean "mergeAttributes"\?/,
    ],
  ];
  for (const [what, text, problem] of wrong) {
    it(`with ${what} are refused with the line and what is right`, () => {
      assert.match(problemOf(text), problem);
    });
  }

  const project = { numbers: ["+14155550100", "+14155550101"], source: "offhook.yaml" };
  const dialed = (begin: string, ...steps: readonly string[]) =>
    file(...steps).replace("    steps:", `    ${begin}\n    steps:`);

  it("have the numbers of the project, where they name none", () => {
    const [scene] = readScenes(file("ends"), "x", project).scenes;
    assert.deepEqual(scene?.dial, { to: "+14155550100", numbers: project.numbers });
    const [placed] = readScenes(dialed('placeCall: { to: "+15105550199" }', "ends"), "x", project).scenes;
    assert.equal(placed?.placeCall?.from, "+14155550100");
    const own = 'dial: { to: "+12065550177", numbers: ["+12065550177"] }';
    assert.equal(readScenes(dialed(own, "ends"), "x", project).scenes[0]?.dial?.to, "+12065550177");
  });

  it("with numbers that the project does not have are refused with the nearest", () => {
    const nearest = /is not in the inventory \(offhook\.yaml\); did you mean \+14155550101\?/;
    assert.match(problemOf(dialed('dial: { to: "+14155550181" }', "ends"), project), nearest);
    assert.match(problemOf(file('{ dials: "+15105550142", showing: "+14155550111" }'), project), nearest);
    assert.doesNotThrow(() => readScenes(file('{ dials: "+15105550142", showing: "+15105550101" }'), "x", project));
  });
});
