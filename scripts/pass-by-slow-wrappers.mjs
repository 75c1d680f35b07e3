import { spawnSync } from "node:child_process";
import { delimiter, dirname } from "node:path";

/** Has PATH lead to Python, and what is installed with it, in place of pyenv's wrappers, each of which looks for it anew at every start: half a
 * second of processor time, some hundred times in the whole suite. Other wrappers are left as they are. */
export function passBySlowWrappers() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  if (!folders.some(isOfWrappers)) return;
  const { status, stdout } = spawnSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" });
  if (status !== 0) return;
  process.env.PATH = folders.map((folder) => (isOfWrappers(folder) ? dirname(stdout.trim()) : folder)).join(delimiter);
}

const isOfWrappers = (folder) => /pyenv[/\\]shims[/\\]?$/.test(folder);
