// Writes schemas/: the JSON Schemas and TypeScript types of events and replies, from the definitions in the build.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { actions } from "../dist/src/actions/index.js";
import { documentedLimits } from "../dist/src/call/index.js";
import { printContract } from "../dist/src/contract/index.js";

const folder = join(import.meta.dirname, "..", "schemas");
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(printContract([...actions.values()], documentedLimits))) {
  writeFileSync(join(folder, name), text);
}
