import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { installPacked } from "./packed-project.ts";

const root = mkdtempSync(join(tmpdir(), "offhook-python-"));
after(() => rmSync(root, { recursive: true }));
const { NODE_TEST_CONTEXT: _ours, ...env } = process.env;
const python = (...words: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync("python3", words, { cwd: root, encoding: "utf8", env });
  return { status, said: `${stdout}${stderr}` };
};
const hasPytest = python("-c", "import pytest").status === 0;

const resolveAll = `
import sys, typing
sys.path.insert(0, "node_modules/offhook/python")
import offhook_types
names = [name for name in dir(offhook_types) if isinstance(getattr(offhook_types, name), type) and hasattr(getattr(offhook_types, name), "__total__")]
for name in names: typing.get_type_hints(getattr(offhook_types, name))
print(len(names), sorted(typing.get_type_hints(offhook_types.SpeakParameters)))
print(sorted(offhook_types.SpeakParameters.__required_keys__), sorted(offhook_types.HangupEvent.__required_keys__))
`;
const scenes = `function: ./app.py
scenes:
  - title: it greets
    steps: [hears: Good morning]
  - title: it says goodbye
    steps: [hears: Good night]
`;
const app = `def handler(event, context):
    return {"SchemaVersion": "1.0", "Actions": [{"Type": "Speak", "Parameters": {"Text": "Good morning"}}]}
`;

describe("Python, with the packed package", () => {
  before(() => {
    installPacked(root, true);
    writeFileSync(join(root, "pytest.ini"), "[pytest]\npythonpath = node_modules/offhook/python\n");
    writeFileSync(join(root, "conftest.py"), 'pytest_plugins = ["offhook_pytest"]\n');
    writeFileSync(join(root, "app.py"), app);
    writeFileSync(join(root, "app.scene.yaml"), scenes);
  });

  it("has typed dictionaries of every action and event, all of which resolve", () => {
    const { status, said } = python("-c", resolveAll);
    assert.equal(status, 0, said);
    assert.match(
      said,
      /^\d{2,} \['CallId', 'Engine', 'LanguageCode', 'ParticipantTag', 'Text', 'TextType', 'VoiceId'\]/m,
    );
  });

  it("has members that are always there, which type checkers let a function read without asking, and others", () => {
    const { said } = python("-c", resolveAll);
    assert.match(
      said,
      /^\['Text'\] \['ActionData', 'CallDetails', 'InvocationEventType', 'SchemaVersion', 'Sequence'\]$/m,
    );
  });

  it(hasPytest ? "plays scenes as tests of pytest" : "has a plugin of pytest that compiles", () => {
    if (!hasPytest) {
      const { status, said } = python("-m", "py_compile", "node_modules/offhook/python/offhook_pytest/__init__.py");
      assert.equal(status, 0, said);
      return;
    }
    const { status, said } = python("-m", "pytest", "-p", "no:cacheprovider");
    assert.equal(status, 1, said);
    assert.match(said, /1 failed, 1 passed/);
    assert.match(
      said,
      /app\.scene\.yaml:6:13: step 1, hears: expected .* to hear "Good night", but it heard "Good morning"/,
    );
  });
});
