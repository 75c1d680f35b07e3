import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { countText, createMutantFolder, type MutantFolder } from "./mutants.ts";
import { mutations } from "./mutations.ts";

/** So many calls find each of them; most need a few dozen. */
const calls = 4_000;

describe("a broken engine", () => {
  let folder: MutantFolder | undefined;
  before(async () => {
    folder = await createMutantFolder();
  });
  after(() => folder?.remove());

  for (const mutation of mutations) {
    it(`is found: ${mutation.meaning}`, async (t) => {
      assert.equal(await countText(mutation), 1, `its text occurs once in ${mutation.file}`);

      const { foundAfter = Infinity, by } = (await folder?.run(mutation, { seed: 7, first: 0, count: calls })) ?? {
        by: "",
      };

      t.diagnostic(`after ${foundAfter} calls: ${by}`);
      assert.ok(foundAfter <= calls, by);
    });
  }
});
