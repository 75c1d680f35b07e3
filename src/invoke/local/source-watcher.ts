import { basename, extname, relative, sep } from "node:path";

/** Watches the code of a function for changes. */
export interface SourceWatcher {
  close(): Promise<void>;
}

const sourceExtensions = new Set([
  ".js",
  ".mjs",
  ".cjs",
  ".jsx",
  ".ts",
  ".mts",
  ".cts",
  ".tsx",
  ".json",
  ".node",
  ".py",
  ".rb",
  ".sh",
  ".jar",
  ".dll",
]);
/** Folders of code that is not the author's own. */
const installed = new Set(["node_modules", "site-packages", "venv", "__pycache__"]);

/** Watches `file`, and the source files in `folder` and below, leaving out installed packages and all that begins with a dot. Resolves
 * when the watch is in place; a folder that is absent is watched once it appears. */
export async function watchSources(
  folder: string,
  file: string,
  onChange: (file: string) => void,
): Promise<SourceWatcher> {
  // Loaded for the first function that is watched, as in development.
  const { watch } = await import("chokidar");
  const watcher = watch(isIgnored(folder, file, true) ? [folder, file] : folder, {
    ignoreInitial: true,
    ignored: (path, stats) => path !== file && isIgnored(folder, path, stats?.isFile() === true),
  });
  watcher.on("all", (kind, path) => {
    if (kind === "add" || kind === "change" || kind === "unlink") onChange(path);
  });
  // When the system refuses the watch (too many files), the function runs without reload.
  watcher.on("error", () => undefined);
  await new Promise<void>((resolve) => {
    watcher.once("ready", resolve);
    watcher.once("error", () => resolve());
  });
  return { close: () => watcher.close() };
}

/** Whether a path below `folder` is none of the function's code. */
export function isIgnored(folder: string, path: string, isFile: boolean): boolean {
  const parts = relative(folder, path).split(sep);
  if (parts.some((part) => installed.has(part) || (part.startsWith(".") && part !== ".."))) return true;
  return isFile && !sourceExtensions.has(extname(basename(path)));
}
