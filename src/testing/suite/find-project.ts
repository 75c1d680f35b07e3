import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseConfigText } from "../../app/index.ts";
import type { Inventory } from "../script/index.ts";

/** What scenes have from the project that they belong to. */
export interface Project {
  /** Its numbers, where it names some. */
  readonly inventory: Inventory | undefined;
  /** The folder of its objects, where that is a folder: an absolute path. */
  readonly objects: string | undefined;
}

const [configName, projectName] = ["offhook.yaml", "package.json"];

/** The project of a script: the nearest offhook.yaml in its folder or above, not above its package.json. What is wrong in it is told by
 * `offhook check`, not here. */
export function findProject(script: string): Project {
  for (let folder = dirname(resolve(script)); ; folder = dirname(folder)) {
    const file = join(folder, configName);
    if (existsSync(file)) return readProject(file);
    if (existsSync(join(folder, projectName)) || folder === dirname(folder)) return none;
  }
}

const none: Project = { inventory: undefined, objects: undefined };

function readProject(file: string): Project {
  const parsed = parseConfigText(readFileSync(file, "utf8"), file);
  if ("problems" in parsed) return none;
  const { numbers, objects } = (parsed.document.values ?? {}) as {
    readonly numbers?: unknown;
    readonly objects?: unknown;
  };
  const found = Array.isArray(numbers) ? numbers.filter((number) => typeof number === "string") : [];
  const folder = (objects as { readonly folder?: unknown } | null | undefined)?.folder;
  return {
    inventory: found.length === 0 ? undefined : { numbers: found, source: configName },
    objects: typeof folder === "string" ? resolve(dirname(file), folder) : undefined,
  };
}
