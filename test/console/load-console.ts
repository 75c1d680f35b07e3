import { join } from "node:path";
import { packageRoot } from "../../src/kernel/index.ts";
import { bundleScript } from "../../src/pages/index.ts";

/** Loads a file of the console that needs no browser, with what it imports. */
export async function loadConsole<Module>(file: string): Promise<Module> {
  const script = await bundleScript(join(packageRoot(), "console", file), { folder: packageRoot() });
  return (await import(`data:text/javascript,${encodeURIComponent(script)}`)) as Module;
}
