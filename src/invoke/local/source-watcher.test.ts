import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isIgnored } from "./source-watcher.ts";

describe("source watcher", () => {
  const cases: [path: string, ignored: boolean][] = [
    ["/f/a.js", false],
    ["/f/lib/b.ts", false],
    ["/f/prompts.json", false],
    ["/f/node_modules/x/index.js", true],
    ["/f/lib/node_modules/x.js", true],
    ["/f/.git/HEAD.js", true],
    ["/f/.a.js.swp", true],
    ["/f/lambda_function.py", false],
    ["/f/__pycache__/a.py", true],
    ["/f/venv/lib/python3.11/site-packages/x.py", true],
    ["/f/a.pyc", true],
    ["/f/notes.md", true],
    ["/f/hello.wav", true],
  ];
  for (const [path, ignored] of cases) {
    it(`${ignored ? "leaves out" : "watches"} ${path}`, () => assert.equal(isIgnored("/f", path, true), ignored));
  }

  it("watches the folder itself, also below a dot folder", () => {
    assert.equal(isIgnored("/s/.work/f", "/s/.work/f", false), false);
    assert.equal(isIgnored("/s/.work/f", "/s/.work/f/a.js", true), false);
  });
});
