import { existsSync, statSync } from "node:fs";
import { extname, join, relative, resolve } from "node:path";
import { defaultDevelopmentConfig, findHandlers, loadConfig, whyNoHandlerFile, type Config } from "../../app/index.ts";
import { AppError, packageRoot } from "../../kernel/index.ts";

/** What the command line of `offhook dev` asks for. */
export interface DevChoice {
  /** A function's file, a configuration file, or a folder with either. */
  readonly named: string | undefined;
  /** `--config`. */
  readonly config: string | undefined;
  /** `--handler`. */
  readonly handler: string | undefined;
}

/** What development mode runs. */
export interface DevSetup {
  /** Whether it is the example that comes along, which calls instead of being called. */
  readonly isExample: boolean;
  /** What the user should know of the choice. */
  readonly note: string | undefined;
  /** Reads the configuration as it is now. Throws `APP_BAD_CONFIG`. */
  load(): Config;
}

const configName = "offhook.yaml";

/** Finds what to run: what is named, else the `offhook.yaml` of the working folder, else its only function, else the example.
 * Throws `APP_BAD_CONFIG` when it is not clear. */
export function findDevSetup(choice: DevChoice, folder = process.cwd()): DevSetup {
  const { named, config, handler } = choice;
  if (named !== undefined && config !== undefined) {
    throw badChoice(`${named} and --config ${config} are both named; name one.`);
  }
  if (config !== undefined) return configured(config, folder, handler);
  if (named === undefined) return setupIn(folder, folder, handler);
  const path = resolve(folder, named);
  if (/^\.ya?ml$/.test(extname(path))) return configured(named, folder, handler);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return setupIn(path, folder, handler);
  const why = whyNoHandlerFile(path);
  if (why !== undefined) throw badChoice(`${named} cannot be run: ${why}.`);
  const unused = existsSync(join(folder, configName))
    ? `${configName} is not used, since ${named} is named.`
    : undefined;
  return made(path, folder, handler, unused);
}

function setupIn(searched: string, folder: string, handler: string | undefined): DevSetup {
  if (existsSync(join(searched, configName))) return configured(searched, folder, handler);
  const found = findHandlers(searched);
  const [first] = found;
  if (first !== undefined && found.length === 1) {
    const file = join(searched, first);
    return made(file, folder, handler, `Runs ${relative(folder, file)}, the only function here.`);
  }
  const where = searched === folder ? "here" : `in ${searched}`;
  if (found.length > 1) {
    const example = relative(folder, join(searched, first ?? ""));
    throw badChoice(
      `There is no ${configName} ${where}, and more than one function: ${found.join(", ")}. Name one, for example: offhook dev ${example}`,
    );
  }
  if (searched !== folder || handler !== undefined) {
    throw badChoice(`There is no ${configName} ${where}, and no file that exports a handler.`);
  }
  const note = `There is no ${configName} ${where}, and no file that exports a handler: the example runs. Yours: offhook dev <file>`;
  const example = made(join(packageRoot(), "examples", "hello", "index.mjs"), folder, undefined, undefined);
  return { ...example, isExample: true, note: folder === packageRoot() ? undefined : note };
}

function configured(file: string, folder: string, handler: string | undefined): DevSetup {
  if (handler !== undefined) {
    throw badChoice("--handler is for a function that is named; in a configuration write handler: in its function.");
  }
  return {
    isExample: false,
    note: undefined,
    load: () => loadConfig({ file, folder, mode: "development", environment: process.env }),
  };
}

/** A function with a configuration made for it. */
function made(file: string, folder: string, handler: string | undefined, note: string | undefined): DevSetup {
  const written = defaultDevelopmentConfig(file, handler);
  return {
    isExample: false,
    note,
    load: () => loadConfig({ written, folder, mode: "development", environment: process.env }),
  };
}

function badChoice(message: string): AppError {
  return new AppError("APP_BAD_CONFIG", message);
}
