import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { formerOperations } from "../../src/api/former-namespace.ts";
import { operations } from "../../src/api/operations/index.ts";
import { printCoverage } from "../../src/api/print-coverage.ts";
import { readOperations } from "../../src/api/wire/model.ts";
import { allWireErrors } from "../../src/api/wire/wire-error.ts";
import { repositoryFiles } from "./repository.ts";

const pages = ["docs/contract/api.md", "docs/contract/meetings.md"];
const page = repositoryFiles()
  .filter(({ path }) => pages.includes(path))
  .map(({ text }) => text)
  .join("\n");

describe(pages.join(" and "), () => {
  test("has each exception that the API answers with, its status and its code, and no other", () => {
    const rows = [...page.matchAll(/^\| `(\w+)` \| (\d+) \| `(\w+)` \|/gm)];
    const documented = new Map(
      rows.map(([, name = "", status, code = ""]) => [name, { name, status: Number(status), code }]),
    );
    const byName = (one: { readonly name: string }, other: { readonly name: string }) =>
      one.name.localeCompare(other.name);
    const known = new Map(allWireErrors().map((error) => [error.name, error]));

    assert.deepEqual([...documented.values()].sort(byName), [...known.values()].sort(byName));
  });

  test("has each operation on meetings, with its method and path, and no other", () => {
    const models = new Map([...readOperations(), ...formerOperations].map((model) => [model.name, model]));
    const expected = operations
      .filter(({ name }) => models.get(name)?.service === "meetings")
      .map(({ name }) => {
        const { method, path = "", staticQuery = [] } = models.get(name) ?? {};
        return `${name}: ${method} ${path}${staticQuery.map((pair) => `?${pair.join("=")}`).join("")}`;
      });
    const rows = [...page.matchAll(/^\| `(\w+)` \| `([A-Z]+ \/[^`]*)` \| \d+ \|$/gm)];

    assert.deepEqual(rows.map(([, name, request]) => `${name}: ${request}`).sort(), [...expected].sort());
  });
});

describe("docs/api.md", () => {
  test("is as it would be printed now (npm run schemas)", () => {
    assert.equal(repositoryFiles().find(({ path }) => path === "docs/api.md")?.text, printCoverage());
  });
});
