import { spawnSync } from "node:child_process";

const hasPython = spawnSync("python3", ["--version"]).status === 0;

/** Why tests of Python functions are left out; false when they run. Where CI runs there is a Python: a missing one must not go
 * unnoticed there. */
export const skipWithoutPython =
  hasPython || process.env["CI"] === "true" ? false : "there is no python3 on this machine";
