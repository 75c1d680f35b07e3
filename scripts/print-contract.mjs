// Writes schemas/ (the JSON Schemas and TypeScript types of events and replies), assets/config.schema.json, assets/api-model.json and docs/api.md,
// from the definitions in the build.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { actions } from "../dist/src/actions/index.js";
import { modelFile } from "../dist/src/api/wire/model.js";
import { printApiModel } from "../dist/src/api/wire/read-client.js";
import { printConfigSchema } from "../dist/src/app/index.js";
import { documentedLimits } from "../dist/src/call/index.js";
import { printSceneSchema } from "../dist/src/testing/index.js";
import { printContract } from "../dist/src/contract/index.js";

const root = join(import.meta.dirname, "..");
const folder = join(root, "schemas");
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(printContract([...actions.values()], documentedLimits))) {
  writeFileSync(name === "types.py" ? join(root, "python", "offhook_types", "__init__.py") : join(folder, name), text);
}
writeFileSync(join(folder, "scene.schema.json"), printSceneSchema());
writeFileSync(join(root, "assets", "config.schema.json"), printConfigSchema());
// The API reads the model as it is loaded.
writeFileSync(join(root, modelFile), await printApiModel());
const { printCoverage } = await import("../dist/src/api/index.js");
writeFileSync(join(root, "docs", "api.md"), printCoverage());
