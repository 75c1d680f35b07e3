import { extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { packageRoot } from "./package-root.ts";

/** The address of a module of ours that runs by itself, as a thread or a process: in the source where that runs, else in the build, which may have
 * the code that asks in another file than the source has it (scripts/bundle.mjs).
 * @param path below src/, without ending, for example `media/worker/rtp-worker` */
export function ownModule(path: string): URL {
  const ending = extname(import.meta.url);
  const folder = ending === ".ts" ? "src" : join("dist", "src");
  return pathToFileURL(join(packageRoot(), folder, path + ending));
}
