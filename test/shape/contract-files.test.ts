import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { actions } from "../../src/actions/index.ts";
import { modelFile } from "../../src/api/wire/model.ts";
import { printApiModel } from "../../src/api/wire/read-client.ts";
import { printConfigSchema } from "../../src/app/index.ts";
import { documentedLimits } from "../../src/call/index.ts";
import { printContract } from "../../src/contract/index.ts";
import { printSceneSchema } from "../../src/testing/index.ts";
import { packageRoot } from "../../src/kernel/index.ts";

const printed = printContract([...actions.values()], documentedLimits);
const files = [
  ...Object.entries(printed).map(
    ([name, text]) => [name === "types.py" ? "python/offhook_types/__init__.py" : `schemas/${name}`, text] as const,
  ),
  ["schemas/scene.schema.json", printSceneSchema()] as const,
  ["assets/config.schema.json", printConfigSchema()] as const,
  [modelFile, await printApiModel()] as const,
];

describe("published shapes", () => {
  for (const [path, text] of files) {
    it(`${path} is as the definitions print it now; \`npm run schemas\` brings it up to date`, () => {
      assert.ok(readFileSync(join(packageRoot(), path), "utf8") === text, `${path} is stale`);
    });
  }
});
