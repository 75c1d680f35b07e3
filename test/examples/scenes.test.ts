import { chdir } from "node:process";
import { packageRoot } from "../../src/kernel/index.ts";
import { findScripts } from "../../src/testing/suite/find-scripts.ts";
import { runScripts } from "../../src/testing/suite/run-scripts.ts";

// The tests that examples bring along are run as they are, as `offhook test examples` runs them.
chdir(packageRoot());
await runScripts(findScripts(["examples"]), {});
