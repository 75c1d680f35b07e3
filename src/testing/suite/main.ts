import { runScripts, type ScriptOptions } from "./run-scripts.ts";
import type { Script } from "./find-scripts.ts";

// The process that runs scripts: `offhook test` starts Node with its reporters and this file.
const [, , given = "{}"] = process.argv;
const { scripts, options } = JSON.parse(given) as { scripts: readonly Script[]; options: ScriptOptions };
await runScripts(scripts, options);
