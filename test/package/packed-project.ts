import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../src/kernel/index.ts";

const kept: { packed?: string } = {};

/** The packed package, packed once in a process. */
function packed(): string {
  if (kept.packed !== undefined) return kept.packed;
  const folder = mkdtempSync(join(tmpdir(), "offhook-packed-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  // Tests run from a build; packing would make it again.
  const quietly = ["--ignore-scripts", "--loglevel", "error"];
  execFileSync("npm", ["pack", "--pack-destination", folder, ...quietly], { cwd: packageRoot() });
  const [name = ""] = readdirSync(folder);
  return (kept.packed = join(folder, name));
}

/** Puts the packed package into a project, as an install does: nothing else of ours is there.
 * @param withDependencies whether what it needs is there too, so that it runs */
export function installPacked(folder: string, withDependencies = false): string {
  const modules = join(folder, "node_modules");
  const installed = join(modules, "offhook");
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", packed(), "--strip-components=1", "-C", installed]);
  if (!withDependencies) return installed;
  const ours = join(packageRoot(), "node_modules");
  for (const name of readdirSync(ours).filter((one) => !one.startsWith(".")))
    symlinkSync(join(ours, name), join(modules, name));
  mkdirSync(join(modules, ".bin"));
  const program = join(installed, "dist", "src", "cli", "main.js");
  chmodSync(program, 0o755);
  symlinkSync(program, join(modules, ".bin", "offhook"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ dependencies: { offhook: `file:${packed()}` } }));
  return installed;
}
