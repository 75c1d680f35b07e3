import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { installPacked } from "./packed-project.ts";

const root = mkdtempSync(join(tmpdir(), "offhook-init-"));
after(() => rmSync(root, { recursive: true }));
const { NODE_TEST_CONTEXT: _ours, ...environment } = process.env;
const env = { ...environment, NO_COLOR: "1" };

function run(program: string, words: readonly string[], folder = root) {
  const { status, stdout, stderr } = spawnSync(program, words, { cwd: folder, encoding: "utf8", env });
  return { status, said: `${stdout}${stderr}` };
}
const offhook = (...words: readonly string[]) => run(join(root, "node_modules", ".bin", "offhook"), words);

describe("a project that offhook init makes, with the packed package", () => {
  before(() => void installPacked(root, true));

  it("is there with function, prompt, offhook.yaml, tests and README, in each language, and npm test is green", () => {
    const made = offhook("init");
    assert.equal(made.status, 0, made.said);
    assert.match(made.said, /package\.json \(scripts added\)[^]*Next:\n {2}npm test\n {2}npm start/);
    for (const language of ["typescript", "python"]) {
      const other = offhook("init", language, "--language", language);
      assert.equal(other.status, 0, other.said);
    }
    // The tests of folders below are run too.
    const green = run("npm", ["test"]);
    assert.equal(green.status, 0, green.said);
    assert.match(green.said, /index\.test\.mjs[^]*1 plays the opening hours, and ends the call[^]*pass 16/);
    for (const script of ["typescript/index.test.ts", "typescript/menu.scene.yaml", "python/menu.scene.yaml"])
      assert.ok(green.said.includes(script), script);
  });

  it("is started by npm start: the built-in phone calls it", async () => {
    const child = spawn("npm", ["start"], { cwd: root, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    await new Promise<void>((resolve) => {
      const take = (text: Buffer) => {
        said += text.toString();
        if (/action {4}SpeakAndGetDigits/.test(said)) resolve();
      };
      child.stdout.on("data", take);
      child.stderr.on("data", take);
      child.on("close", () => resolve());
    });
    if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
    assert.match(said, /Offhook is ready[^]*NEW_INBOUND_CALL[^]*Welcome\. For our opening hours/);
  });

  it("is not made over files that are there, and a language that is none is refused with those that are", () => {
    const again = offhook("init");
    assert.equal(again.status, 2);
    assert.match(again.said, /README\.md, menu\.scene\.yaml, .* are in .* already; nothing was written\./);
    const ruby = offhook("init", "other", "-l", "ruby");
    assert.equal(ruby.status, 2);
    assert.match(ruby.said, /Allowed choices are javascript, typescript, python/);
  });
});
