import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseConfigText } from "../../app/index.ts";
import type { Inventory } from "../script/index.ts";

const [configName, projectName] = ["offhook.yaml", "package.json"];

/** The numbers of the project that a script belongs to: those of the nearest offhook.yaml in its folder or above, not above its package.json.
 * @returns undefined where there is none, or it names none. What is wrong in it is told by `offhook check`, not here */
export function findInventory(script: string): Inventory | undefined {
  for (let folder = dirname(resolve(script)); ; folder = dirname(folder)) {
    const file = join(folder, configName);
    if (existsSync(file)) return readInventory(file);
    if (existsSync(join(folder, projectName)) || folder === dirname(folder)) return undefined;
  }
}

function readInventory(file: string): Inventory | undefined {
  const parsed = parseConfigText(readFileSync(file, "utf8"), file);
  if ("problems" in parsed) return undefined;
  const { numbers } = (parsed.document.values ?? {}) as { readonly numbers?: unknown };
  const found = Array.isArray(numbers) ? numbers.filter((number) => typeof number === "string") : [];
  return found.length === 0 ? undefined : { numbers: found, source: configName };
}
