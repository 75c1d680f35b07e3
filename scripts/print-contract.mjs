// Writes schemas/ (the JSON Schemas and TypeScript types of events and replies), assets/config.schema.json and docs/api.md,
// from the definitions in the build.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { actions } from "../dist/src/actions/index.js";
import { printCoverage } from "../dist/src/api/index.js";
import { printConfigSchema } from "../dist/src/app/index.js";
import { documentedLimits } from "../dist/src/call/index.js";
import { printSceneSchema } from "../dist/src/testing/index.js";
import { printContract } from "../dist/src/contract/index.js";

const root = join(import.meta.dirname, "..");
const folder = join(root, "schemas");
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(printContract([...actions.values()], documentedLimits))) {
  writeFileSync(join(folder, name), text);
}
writeFileSync(join(folder, "scene.schema.json"), printSceneSchema());
writeFileSync(join(root, "assets", "config.schema.json"), printConfigSchema());
writeFileSync(join(root, "docs", "api.md"), printCoverage());
