import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { blockProblems, blocksOf, commandsOf } from "./block-rules.ts";
import { repositoryFiles } from "./repository.ts";

describe("blocks of README.md and docs", () => {
  test("say what they are; commands are run by test/examples/pages.test.ts, or say by what or why not", () => {
    assert.deepEqual(blockProblems(repositoryFiles()), []);
  });
});

describe("the block rule", () => {
  const runner = { path: "test/run.test.ts", text: 'run("offhook")' };
  const problems = (block: string) => blockProblems([runner, { path: "docs/page.md", text: `One\n\n${block}\n` }]);
  const fence = (info: string, text = "offhook calls") => `\`\`\`${info}\n${text}\n\`\`\``;

  test("takes commands, those that another test runs, and those with a reason", () => {
    for (const info of ["sh", "sh by=test/run.test.ts", "sh unrun=minutes", "yaml", "yaml of=scene", "text"])
      assert.deepEqual(problems(fence(info)), [], info);
  });

  for (const [info, problem] of [
    ["", /^docs\/page\.md:3: is of ""; a block is of sh, text/],
    ["bash", /is of "bash"/],
    ["sh unrun=later", /"later" is no reason; there are minutes, audio, systemd/],
    ["sh by=test/gone.test.ts", /test\/gone\.test\.ts, which runs it, does not exist/],
    ["sh by=test/run.test.ts unrun=minutes", /is run and unrun/],
    ["sh skip", /"skip" is no mark of sh/],
    ["yaml of=anything", /YAML of "anything"/],
  ] as const) {
    test(`refuses ${JSON.stringify(info)}`, () => assert.match(problems(fence(info)).join("\n"), problem));
  }

  test("refuses a test that does not run the program", () => {
    assert.match(problems(fence("sh by=test/run.test.ts", "svmap 192.0.2.1")).join(), /none of .* runs svmap/);
  });

  test("finds blocks in lists, and joins lines", () => {
    const [block] = blocksOf({ path: "a.md", text: "1. Do\n\n   ```sh\n   one \\\n     two\n   three\n   ```\n" });
    assert.ok(block);
    assert.deepEqual([block.line, commandsOf(block)], [3, ["one two", "three"]]);
  });
});
