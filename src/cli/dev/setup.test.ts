import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { findDevSetup, type DevChoice, type DevSetup } from "./setup.ts";

const nothing: DevChoice = { named: undefined, config: undefined, handler: undefined };
const yaml = 'numbers: ["+12065550123"]\n';

/** What would run in a folder with these files. */
function setupIn(
  test: TestContext,
  files: Readonly<Record<string, string>>,
  choice: Partial<DevChoice> = {},
): DevSetup {
  const folder = mkdtempSync(join(tmpdir(), "offhook-dev-"));
  test.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return findDevSetup({ ...nothing, ...choice }, folder);
}

/** Name and number of what is made for a function. */
function madeFor({ load }: DevSetup) {
  const { functions, applications, rules, numbers } = load();
  const [made] = functions;
  return [
    made?.name,
    made?.kind === "file" ? made.handler : undefined,
    applications[0]?.name,
    rules[0]?.triggerValue,
    ...numbers,
  ];
}

describe("what offhook dev runs", () => {
  const handlers: Readonly<Record<string, string>> = {
    "menu.mjs": "export const handler = async () => ({});",
    "menu.cjs": "exports.handler = async () => ({});",
    "menu.js": "module.exports = { handler };",
    "menu.ts": "export async function lambdaHandler(event: unknown) { return {}; }",
    "menu.py": "def lambda_handler(event, context):\n    return {}\n",
  };
  for (const [name, code] of Object.entries(handlers)) {
    it(`is the only function of the folder, with number, application and rule made for it: ${name}`, (test) => {
      const helpers = { "util.mjs": "export const handle = 1;", "menu.test.mjs": code, "conf.config.mjs": code };

      const setup = setupIn(test, { [name]: code, ...helpers, "lib/other.mjs": code });

      assert.deepEqual(madeFor(setup), ["menu", "handler", "menu", "+12065550100", "+12065550100"]);
      assert.equal(setup.note, `Runs ${name}, the only function here.`);
    });
  }

  it("is the function that is named, with the handler that is named, and says that offhook.yaml is not used", (test) => {
    const files = { "offhook.yaml": yaml, "a menu.v2.mjs": "export const main = 1;" };

    const setup = setupIn(test, files, { named: "a menu.v2.mjs", handler: "main" });

    assert.deepEqual(madeFor(setup).slice(0, 2), ["a-menu-v2", "main"]);
    assert.match(setup.note ?? "", /^offhook\.yaml is not used, since a menu\.v2\.mjs is named/);
  });

  it("is offhook.yaml before any function, and the configuration or the folder that is named", (test) => {
    const files = { "offhook.yaml": yaml, "menu.mjs": "export const handler = 1;", "there/offhook.yaml": yaml };
    for (const choice of [{}, { named: "there" }, { named: "there/offhook.yaml" }, { config: "there" }]) {
      assert.deepEqual(setupIn(test, files, choice).load().numbers, ["+12065550123"]);
    }
  });

  it("is the example in an empty folder, and says how to run one's own", (test) => {
    const setup = setupIn(test, {});

    assert.equal(setup.isExample, true);
    assert.deepEqual(madeFor(setup).slice(0, 1), ["hello"]);
    assert.match(setup.note ?? "", /offhook dev <file>/);
  });

  it("is refused with what to do where it is not clear or not there", (test) => {
    const code = "export const handler = 1;";
    const cases: readonly (readonly [Record<string, string>, Partial<DevChoice>, RegExp])[] = [
      [
        { "a.mjs": code, "b.py": "def handler(e, c): pass" },
        {},
        /more than one function: a\.mjs, b\.py\. Name one, .*: offhook dev a\.mjs$/,
      ],
      [{}, { named: "gone.mjs" }, /^gone\.mjs cannot be run: there is no file/],
      [{ "a.txt": code }, { named: "a.txt" }, /^a\.txt cannot be run: found a \.txt file; handlers are \.js, /],
      [{ "a.mjs": code }, { named: "a.mjs", config: "x.yaml" }, /both named; name one/],
      [{ "there/a.txt": "" }, { named: "there" }, /no offhook\.yaml in .*there, and no file that exports a handler/],
      [{ "offhook.yaml": yaml }, { handler: "main" }, /--handler is for a function that is named/],
    ];
    for (const [files, choice, message] of cases) {
      assert.throws(() => setupIn(test, files, choice), { code: "APP_BAD_CONFIG", message });
    }
  });
});
