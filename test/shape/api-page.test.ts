import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { operations } from "../../src/api/operations/index.ts";
import { readServiceModel } from "../../src/api/wire/model.ts";
import { allWireErrors } from "../../src/api/wire/wire-error.ts";
import { repositoryFiles } from "./repository.ts";

const page = repositoryFiles().find(({ path }) => path === "docs/contract/api.md")?.text ?? "";

describe("docs/contract/api.md", () => {
  test("has each exception that the API answers with, its status and its code, and no other", () => {
    const rows = [...page.matchAll(/^\| `(\w+Exception)` \| (\d+) \| `(\w+)` \|/gm)];
    const documented = rows.map(([, name = "", status, code = ""]) => ({ name, status: Number(status), code }));
    const byName = (one: { readonly name: string }, other: { readonly name: string }) =>
      one.name.localeCompare(other.name);
    const known = new Map(allWireErrors().map((error) => [error.name, error]));

    assert.deepEqual(documented.sort(byName), [...known.values()].sort(byName));
  });

  test("has each operation that the API answers, with its method and path, and no other", () => {
    const models = new Map(readServiceModel().operations.map((model) => [model.name, model]));
    const asOnPage = (path: string) => path.replace(/\{(?!TransactionId)\w+\}/, "{id}").replace("{T", "{t");
    const expected = operations
      .filter(({ name }) => !name.includes("Alexa"))
      .map(({ name }) => `${name}: ${models.get(name)?.method} ${asOnPage(models.get(name)?.path ?? "")}`);
    const rows = [...page.matchAll(/^\| `(\w+)` \| `([A-Z]+ \/[^`]*)` \| \d+ \|$/gm)];

    assert.deepEqual(rows.map(([, name, request]) => `${name}: ${request}`).sort(), [...expected].sort());
  });
});
