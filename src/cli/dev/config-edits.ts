import { basename } from "node:path";
import { watch } from "chokidar";
import type { Config } from "../../app/index.ts";
import { errorMessage } from "../../kernel/index.ts";

/** Edits of the configuration file of a running server. */
export interface ConfigEdits {
  /** Resolves at the first edit that can be taken, and not while the server runs. Never, when there is no file. */
  readonly needRestart: Promise<void>;
  /** The last one that could be taken. */
  latest(): Config;
  close(): Promise<void>;
}

/** An editor saves in several steps. */
const quietMs = 100;

/** What is done about the file of a running server. */
interface EditsOptions {
  /** Reads it; throws the error to report. */
  readonly load: () => Config;
  /** Lets the running server take it; gives whether it has taken all of it, and rejects with the error to report. */
  readonly take: (next: Config) => Promise<boolean>;
  readonly print: (line: string) => void;
}

/** Reads the file of `config` again at each save. One that cannot be taken is reported with position and reason, and nothing changes. */
export function watchConfig(config: Config, { load, take, print }: EditsOptions): ConfigEdits {
  const { file } = config;
  if (file === undefined)
    return { needRestart: new Promise(() => undefined), latest: () => config, close: () => Promise.resolve() };
  let latest = config;
  let tell: () => void = () => undefined;
  const needRestart = new Promise<void>((resolve) => (tell = resolve));
  const name = basename(file);
  let before = JSON.stringify(config);
  const readOnce = async () => {
    try {
      const next = load();
      const text = JSON.stringify(next);
      if (text === before) return;
      const isTaken = await take(next);
      [latest, before] = [next, text];
      if (!isTaken) tell();
    } catch (error) {
      print(`\n${name} is not taken, the one before stays. ${errorMessage(error)}\n`);
    }
  };
  let reading = Promise.resolve();
  const read = () => void (reading = reading.then(readOnce));
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
  return { needRestart, latest: () => latest, close: () => watcher.close() };
}
