import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/kernel/index.ts";
import { ownSeeds, type FuzzTarget } from "./target.ts";

/** Where the inputs lie that fuzzing found and that are kept: a file for each target, a line for each input, as a JSON text with a character for each byte. */
const folder = join(packageRoot(), "test", "fuzz", "seeds");

/** The inputs that are kept of a target. */
export function keptSeeds(name: string): readonly Buffer[] {
  const path = join(folder, `${name}.txt`);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => Buffer.from(JSON.parse(line) as string, "latin1"));
}

/** Replaces them. */
export function keepSeeds(name: string, seeds: readonly Buffer[]): void {
  const lines = seeds.map((seed) => escaped(JSON.stringify(seed.toString("latin1"))));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.txt`), lines.map((line) => `${line}\n`).join(""));
}

/** All bytes beyond ASCII as escapes, so that the file is plain text. */
function escaped(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** What others are made from: the seeds beside a target, then those that are kept. */
export function corpusOf(target: FuzzTarget): readonly Buffer[] {
  return [...ownSeeds(target), ...keptSeeds(target.name)];
}
