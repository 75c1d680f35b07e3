import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compatibilityPositions } from "../../src/call/index.ts";
import {
  citationFormProblems,
  citationProblems,
  citationsOf,
  contractPageProblems,
  contractPages,
  contractRules,
  uncitedProblems,
} from "./contract-rules.ts";
import { repositoryFiles } from "./repository.ts";

/** A part of the configuration's schema. */
interface Setting {
  readonly properties?: Readonly<Record<string, Setting>>;
  readonly additionalProperties?: Setting | boolean;
}

const files = repositoryFiles();
const pages = contractPages(files);
const rules = contractRules(pages);
const code = files.filter(({ path }) => /^(?:src|test)\/(?!shape\/).*\.(?:ts|mjs)$/.test(path));
const tests = code.filter(({ path }) => path.endsWith(".test.ts"));
const schema = JSON.parse(files.find(({ path }) => path === "assets/config.schema.json")?.text ?? "") as Setting;

function settingsOf(part: Setting, name: string): readonly string[] {
  const { properties = {}, additionalProperties: other } = part;
  const others = typeof other === "object" ? { "*": other } : {};
  return Object.entries({ ...properties, ...others }).flatMap(([key, inner]) => {
    const full = name === "" ? key : `${name}.${key}`;
    return [full, ...settingsOf(inner, full)];
  });
}

describe("the pages of the contract", () => {
  test("name each rule once, in the form that README.md shows, with the settings that exist", () => {
    assert.deepEqual(contractPageProblems(pages, new Set(settingsOf(schema, ""))), []);
  });

  test("name each compatibility switch in a rule", () => {
    const named = new Set(rules.flatMap(({ switches }) => switches));
    const switches = Object.keys(compatibilityPositions).map((name) => `compatibility.${name}`);

    assert.deepEqual(
      switches.filter((name) => !named.has(name)),
      [],
    );
  });

  test("have a rule for every citation in code and tests", () => {
    assert.deepEqual(citationProblems(code, rules), []);
  });

  test("are cited by the names of their rules and in no other way", () => {
    const ours = files.filter(({ path }) => /^(?:src|test\/(?!shape\/)|bench|scripts|examples)/.test(path));

    assert.deepEqual(citationFormProblems(ours), []);
  });

  test("have no rule that no test cites", () => {
    assert.deepEqual(uncitedProblems(rules, tests), []);
  });
});

describe("the rules for the contract's pages", () => {
  const page = (text: string) => ({ path: "docs/contract/events.md", text });
  const problems = (text: string) => contractPageProblems([page(text)], new Set(["limits.a", "limits.b"]));

  test("read a rule's name, certainty and switches, in a heading and in a list", () => {
    const text =
      '## <a id="events-x"></a>X\n\nText. *(seen)*\n\n- <a id="events-y"></a>Y *(decided; switches `limits.a`, `limits.b`)*\n';

    assert.deepEqual(contractRules([page(text)]), [
      { page: "docs/contract/events.md", id: "events-x", certainty: "seen", switches: [] },
      { page: "docs/contract/events.md", id: "events-y", certainty: "decided", switches: ["limits.a", "limits.b"] },
    ]);
    assert.deepEqual(problems(text), []);
  });

  test("name a rule without a mark, with two, and with one of another form", () => {
    assert.match(problems('- <a id="events-x"></a>X\n').join(), /events-x has 0 marks/);
    assert.match(problems('- <a id="events-x"></a>X *(seen)* *(seen)*\n').join(), /events-x has 2 marks/);
    assert.match(problems('- <a id="events-x"></a>X *(probably)*\n').join(), /another form: \*\(probably\)\*/);
    assert.match(problems('- <a id="events-x"></a>X *(seen; switch limits.a)*\n').join(), /another form/);
    assert.match(problems('- <a id="events-x"></a>X *(seen; switches `limits.a`)*\n').join(), /another form/);
  });

  test("name a rule of another page's name, a second one, and an anchor within a sentence", () => {
    assert.match(problems('- <a id="actions-x"></a>X *(seen)*\n').join(), /actions-x is not "events-"/);
    assert.match(problems('- <a id="events-X"></a>X *(seen)*\n').join(), /events-X is not "events-"/);
    assert.match(problems('- <a id="events-x"></a>X *(seen)*\n'.repeat(2)).join(), /events-x is the name of two/);
    assert.match(problems('Text <a id="events-x"></a>X *(seen)*\n').join(), /begins a heading or a list item/);
  });

  test("name a switch that is no setting", () => {
    assert.match(
      problems('- <a id="events-x"></a>X *(seen; switch `limits.c`)*\n').join(),
      /limits\.c, which does not/,
    );
  });

  test("read citations in comments that go over lines, and in titles", () => {
    assert.deepEqual(citationsOf("/** Text. Contract: events-x,\n *  actions-y. */"), ["events-x", "actions-y"]);
    assert.deepEqual(citationsOf('test("a thing (Contract: events-x)", () => {'), ["events-x"]);
    assert.deepEqual(citationsOf("Contract: RFC 3261"), []);
  });

  test("name a rule that no test cites", () => {
    const one = contractRules([page('- <a id="events-x"></a>X *(decided)*\n')]);
    const citing = { path: "src/x.test.ts", text: "// Contract: events-x" };

    assert.deepEqual(uncitedProblems(one, [citing]), []);
    assert.deepEqual(uncitedProblems(one, []), ["docs/contract/events.md: no test cites events-x"]);
  });

  test("name citations of sections, and those without a name", () => {
    const problems = (text: string) => citationFormProblems([{ path: "src/x.ts", text }]);

    assert.deepEqual(problems("// Contract: events-x\n// RFC 3261 section 12.2, RFC 4028 §7"), []);
    for (const text of ["// events section 13 row 5", "// Sections 4 and 5", "// Contract: the events"]) {
      assert.deepEqual(problems(text), [`src/x.ts cites no rule by its name: ${text}`]);
    }
  });

  test("name a citation without a rule", () => {
    const file = { path: "src/x.ts", text: "// Contract: events-gone" };

    assert.deepEqual(citationProblems([file], rules), [
      "src/x.ts cites events-gone, which is no rule of docs/contract",
    ]);
  });
});
