import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { refusedFolder } from "../../history/index.ts";
import { AppError } from "../../kernel/index.ts";

/** A file that is a test of a function. */
export interface Script {
  readonly file: string;
  /** Code for Node's runner, scenes in YAML, or the history of a call. */
  readonly kind: "code" | "scenes" | "history";
}

const kinds: readonly (readonly [Script["kind"], RegExp])[] = [
  ["code", /\.test\.[cm]?[jt]s$/],
  ["scenes", /\.scenes?\.ya?ml$/],
  ["history", /\.jsonl$/],
];
const skipped = ["node_modules", "dist"];

/** The scripts among files and in folders, by name. A file that is named counts; of folders those whose names end as scripts do.
 * @throws AppError TESTING_NO_SCRIPT where nothing is found */
export function findScripts(places: readonly string[]): readonly Script[] {
  const found = places.flatMap((place) => {
    const stat = statSync(place, { throwIfNoEntry: false });
    if (stat === undefined) throw new AppError("TESTING_NO_SCRIPT", `There is no file or folder ${place}.`);
    if (stat.isDirectory()) return inFolder(place);
    const kind = kindOf(place);
    if (kind !== undefined) return [{ file: place, kind }];
    throw new AppError("TESTING_NO_SCRIPT", `${place} is no script: ${endings}.`);
  });
  if (found.length > 0) return found;
  throw new AppError("TESTING_NO_SCRIPT", `There is no script in ${places.join(", ")}: ${endings}.`);
}

const endings = "they end in .test.mjs (or .js, .cjs, .ts), .scene.yaml, or .jsonl, which is the history of a call";

function inFolder(folder: string): readonly Script[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter(
      (file) =>
        !relative(folder, file)
          .split(/[/\\]/)
          .some((part) => skipped.includes(part) || part.startsWith(".")),
    )
    .sort()
    .flatMap((file) => {
      const kind = kindOf(file);
      return kind === undefined || (kind === "history" && isRefused(file)) ? [] : [{ file, kind }];
    });
}

/** What is kept of a call that was refused before it began: no function was asked. */
function isRefused(file: string): boolean {
  const folder = dirname(file);
  return folder === refusedFolder(dirname(folder));
}

function kindOf(file: string): Script["kind"] | undefined {
  return kinds.find(([, pattern]) => pattern.test(basename(file)))?.[0];
}
