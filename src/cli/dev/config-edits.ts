import { basename } from "node:path";
import { watch } from "chokidar";
import type { Config } from "../../app/index.ts";
import { errorMessage } from "../../kernel/index.ts";

/** Edits of the configuration file of a running server. */
export interface ConfigEdits {
  /** Resolves at the first edit that can be taken. Never, when there is no file. */
  readonly taken: Promise<void>;
  /** The last one that could be taken. */
  latest(): Config;
  close(): Promise<void>;
}

/** An editor saves in several steps. */
const quietMs = 100;

/** Reads the file of `config` again at each save. An invalid one is reported with position and reason, and nothing changes.
 * @param load reads it; throws the error to report */
export function watchConfig(config: Config, load: () => Config, print: (line: string) => void): ConfigEdits {
  const { file } = config;
  if (file === undefined)
    return { taken: new Promise(() => undefined), latest: () => config, close: () => Promise.resolve() };
  let latest = config;
  let tell: () => void = () => undefined;
  const taken = new Promise<void>((resolve) => (tell = resolve));
  const name = basename(file);
  const before = JSON.stringify(config);
  const read = () => {
    try {
      latest = load();
      if (JSON.stringify(latest) !== before) tell();
    } catch (error) {
      print(`\n${name} is not taken, the one before stays. ${errorMessage(error)}\n`);
    }
  };
  const watcher = watch(file, {
    ignoreInitial: true,
    awaitWriteFinish: { stabilityThreshold: quietMs, pollInterval: 20 },
  });
  watcher.on("add", read).on("change", read);
  // What was saved since it was loaded and before the watch began.
  watcher.on("ready", read);
  watcher.on("unlink", () => print(`\n${name} is gone; what it said stays.\n`));
  // A watch that the system refuses (too many files) leaves the server running without it.
  watcher.on("error", () => undefined);
  return { taken, latest: () => latest, close: () => watcher.close() };
}
