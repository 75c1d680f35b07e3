import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compatibilityPositions } from "../../src/call/index.ts";
import { contractPages, contractRules } from "./contract-rules.ts";
import { repositoryFiles } from "./repository.ts";

const files = repositoryFiles();
const textOf = (path: string): string => files.find((file) => file.path === path)?.text ?? "";
const switches: readonly (readonly [string, readonly unknown[]])[] = Object.entries(compatibilityPositions);

/** The rows of docs/contract/compatibility.md that have positions: the default is the one in bold. */
function documentedSwitches(page: string): readonly (readonly [string, readonly string[]])[] {
  const rows = [...page.matchAll(/^\| `(\w+)` \| (\*\*`[^|]*) \|/gm)];
  return rows.map(([, name = "", positions = ""]) => [name, positions.replaceAll(/[`*]/g, "").split(", ")]);
}

describe("the compatibility switches", () => {
  test("each have a row in docs/contract/compatibility.md with their positions, the default first and in bold, and no row is without a switch", () => {
    const expected = switches.map(([name, positions]) => [name, positions.map(String)]);

    assert.deepEqual(documentedSwitches(textOf("docs/contract/compatibility.md")), expected);
  });

  test("each lead to the one rule of the contract that names the switch", () => {
    const rules = contractRules(contractPages(files));
    const links = [...textOf("docs/contract/compatibility.md").matchAll(/^\| `(\w+)` \| \*\*.* \| \[([\w-]+)\]\(/gm)];

    assert.deepEqual(
      links.map(([, name, id]) => [name, [id]]),
      switches.map(([name]) => [
        name,
        rules.filter((rule) => rule.switches.includes(`compatibility.${name}`)).map(({ id }) => id),
      ]),
    );
  });

  test("each have a test for every position whose title begins with the switch and the position", () => {
    const tests = files.filter((file) => file.path.endsWith(".test.ts")).map((file) => file.text);
    const wanted = switches.flatMap(([name, positions]) =>
      positions.map((position) => `"${name} ${String(position)}: `),
    );

    assert.deepEqual(
      wanted.filter((title) => !tests.some((text) => text.includes(title))),
      [],
    );
  });
});
