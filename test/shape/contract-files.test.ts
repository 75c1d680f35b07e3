import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { actions } from "../../src/actions/index.ts";
import { documentedLimits } from "../../src/call/index.ts";
import { printContract } from "../../src/contract/index.ts";
import { packageRoot } from "../../src/kernel/index.ts";

describe("the files in schemas/", () => {
  for (const [name, text] of Object.entries(printContract([...actions.values()], documentedLimits))) {
    it(`${name} is as the definitions print it now; \`npm run schemas\` brings it up to date`, () => {
      assert.ok(readFileSync(join(packageRoot(), "schemas", name), "utf8") === text, `schemas/${name} is stale`);
    });
  }
});
