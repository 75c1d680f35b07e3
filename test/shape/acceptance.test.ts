import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { acceptanceProblems, acceptancesOf } from "./acceptance-rules.ts";
import { repositoryFiles } from "./repository.ts";

const files = repositoryFiles();
const textOf = (wanted: string): string => files.find(({ path }) => path === wanted)?.text ?? "";
const tests = files.filter(({ path }) => path.endsWith(".test.ts") && !path.startsWith("test/shape/"));

test("docs/meetings-acceptance.md names, for each of its thirty numbers, the tests that say it, and no other", () => {
  const { scripts } = JSON.parse(textOf("package.json")) as { readonly scripts: Readonly<Record<string, string>> };

  assert.deepEqual(acceptanceProblems(textOf("docs/meetings-acceptance.md"), tests, Object.keys(scripts)), []);
});

describe("the rules for that page", () => {
  const rows = Array.from({ length: 30 }, (_, index) => `| ${index + 1} | It works. | \`npm run bench\` |`);
  const problems = (row: string, text = "") =>
    acceptanceProblems([row, ...rows.slice(1)].join("\n"), [{ path: "src/x.test.ts", text }], ["bench"]);

  test("take a row with a test that says its number", () => {
    assert.deepEqual(problems("| 1 | It works. | `src/x.test.ts` |", "// Acceptance: 1"), []);
  });

  test("name a number without a row, a row without anything, and tests and scripts that are none", () => {
    assert.deepEqual(problems(""), ["1 has 0 rows"]);
    assert.deepEqual(problems("| 1 | It works. | |"), ["nothing shows 1"]);
    assert.deepEqual(problems("| 1 | It works. | `src/x.test.ts` |"), ['src/x.test.ts does not say "Acceptance: 1"']);
    assert.deepEqual(problems("| 1 | It works. | `npm run banch` |"), ["1 names the script banch, which is none"]);
  });

  test("name a test that its row leaves out", () => {
    const problem = "the row of 1 does not name src/x.test.ts";
    assert.deepEqual(problems("| 1 | It works. | `npm run bench` |", "// Acceptance: 1"), [problem]);
  });

  test("read numbers in comments, and in titles of tests with browsers only", () => {
    const text = '// Flow 8.14. Acceptance: 7, 14. Contract: a-b\nawait t.test("3: they hear", async () => {';

    assert.deepEqual(acceptancesOf({ path: "test/wire/x.test.ts", text }), [7, 14]);
    assert.deepEqual(acceptancesOf({ path: "test/browser/x.test.ts", text }), [7, 14, 3]);
  });
});
