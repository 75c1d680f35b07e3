import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { listCalls, whyNoLadders } from "./read-ladders.ts";

const call = "3f0c1d52-2b61-4b0e-9d7e-0c5f1c2b7a10";

/** A working folder with the history of a call in a folder of its own. */
function workIn(test: TestContext, calls: string, files: Readonly<Record<string, string>> = {}): void {
  const folder = mkdtempSync(join(tmpdir(), "offhook-ladders-"));
  const before = process.cwd();
  mkdirSync(join(folder, calls), { recursive: true });
  writeFileSync(join(folder, calls, `${call}.jsonl`), "");
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  process.chdir(folder);
  test.after(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true, force: true });
  });
}

const nothingNamed = { config: undefined, folder: undefined };
const listed = async (source: Parameters<typeof listCalls>[0]) => (await listCalls(source, 10)).map(({ id }) => id);

describe("the ladders of calls", () => {
  it("are where offhook dev without a configuration keeps them, in a folder that has none", async (test) => {
    workIn(test, ".offhook/calls");
    assert.deepEqual(await listed(nothingNamed), [call]);
  });

  it("are where the offhook.yaml of the working folder says", async (test) => {
    workIn(test, "kept/calls", { "offhook.yaml": "dataFolder: kept" });
    assert.deepEqual(await listed(nothingNamed), [call]);
  });

  it("are not looked for by defaults where a configuration is named that is not there", async (test) => {
    workIn(test, ".offhook/calls");
    await assert.rejects(async () => listCalls({ ...nothingNamed, config: "none.yaml" }, 10), {
      code: "APP_BAD_CONFIG",
    });
  });

  for (const [what, text, told] of [
    ["what keeps none in production", "region: us-east-1", /"histories: \{ write: true \}"/],
    ["what switches them off", "histories: { write: false }", /"histories: \{ write: true \}"/],
    ["what keeps them", "histories: { write: true }", /looked for in .*\.offhook.calls\. .* asked with --url/],
    ["what serve would not start with", "regoin: x", undefined],
  ] as const)
    it(`of ${what} come with ${told === undefined ? "no" : "a"} word on where they are, or what to switch on`, (test) => {
      workIn(test, ".offhook/calls", { "offhook.yaml": text });
      const why = whyNoLadders(nothingNamed);

      if (told === undefined) assert.equal(why, undefined);
      else assert.match(why ?? "", told);
      assert.equal(whyNoLadders({ ...nothingNamed, folder: ".offhook/calls" }), undefined);
    });
});
