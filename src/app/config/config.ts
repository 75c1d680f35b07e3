import { isUtf8 } from "node:buffer";
import { readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { AppError, errorCode, whyUnreadable } from "../../kernel/index.ts";
import { checkConfig } from "./check.ts";
import { documentOf, parseConfigText, type ConfigDocument, type Problem } from "./document.ts";
import { applyEnvironment, warnOfUnknownVariables, type Environment } from "./environment.ts";
import { resolveConfig } from "./resolve.ts";
import { readConfigSchema } from "./schema.ts";
import type { Config } from "./types.ts";
import type { WrittenConfig } from "../settings/configuration.ts";

export { defaultDevelopmentConfig } from "./development.ts";
export { appErrors } from "../errors.ts";
export type { Config, ConfiguredApplication, ConfiguredFunction, ConfiguredRule } from "./types.ts";

export interface LoadConfigOptions {
  /** Path of the file, or of a folder with an `offhook.yaml`; it must exist. Default: `offhook.yaml` in `folder`, if it is there. */
  readonly file?: string;
  /** In development functions are loaded anew when they change, and histories are kept. */
  readonly mode: "development" | "production";
  readonly environment: Environment;
  /** Folder to look in, and that relative paths begin at when there is no file. Default: the working folder. */
  readonly folder?: string;
  /** Taken in place of any file, usually `defaultDevelopmentConfig(...)`. */
  readonly written?: WrittenConfig;
}

/** The file that is looked for where none is named. */
export const defaultFileName = "offhook.yaml";

const example = [
  `  numbers: ["+12065550100"]`,
  `  functions: { hello: ./hello.mjs }`,
  `  applications: [{ name: hello, function: hello }]`,
  `  rules: [{ name: hello, number: "+12065550100", applications: [hello] }]`,
  `  trunk: { address: "sip:192.0.2.1:5060" }`,
];

/** Reads the configuration: the file, then what environment variables override, then the defaults of
 * the declaration in `settings/`. Throws `APP_BAD_CONFIG` with every problem and its place, one a line. */
export function loadConfig(options: LoadConfigOptions): Config {
  const { environment } = options;
  const schema = readConfigSchema();
  const { document: written, file, folder } = readWritten(options);
  const document = applyEnvironment(written, schema, environment);
  const checked = checkConfig(document, schema);
  if ("problems" in checked) throw badConfig(checked.problems);
  const problems: Problem[] = [];
  const config = resolveConfig(checked.raw, {
    folder,
    file,
    mode: options.mode,
    environment,
    warnings: warnOfUnknownVariables(schema, environment),
    report: (path, message, part) => void problems.push(document.problemAt(path, message, part)),
    reportPlain: (problem) => void problems.push(problem),
  });
  if (problems.length > 0) throw badConfig(problems);
  return config;
}

interface Written {
  readonly document: ConfigDocument;
  readonly file: string | undefined;
  readonly folder: string;
}

function readWritten({ file, folder = process.cwd(), written }: LoadConfigOptions): Written {
  if (written !== undefined) return { document: documentOf(written, "the embedded defaults"), file: undefined, folder };
  const path = file === undefined ? join(folder, defaultFileName) : pathOf(resolve(folder, file));
  const text = readText(path);
  if (text === undefined) {
    throw new AppError(
      "APP_BAD_CONFIG",
      [`There is no configuration file ${path}. Write one, for example:`, ...example].join("\n"),
    );
  }
  const parsed = parseConfigText(text, basename(path));
  if ("problems" in parsed) throw badConfig(parsed.problems);
  return { document: parsed.document, file: path, folder: dirname(path) };
}

function pathOf(named: string): string {
  try {
    const isFolder = statSync(named, { throwIfNoEntry: false })?.isDirectory() ?? false;
    return isFolder ? join(named, defaultFileName) : named;
  } catch (error) {
    throw unreadable(named, error);
  }
}

function unreadable(path: string, error: unknown): AppError {
  const message = `The configuration file ${path} cannot be read: ${whyUnreadable(error)}.`;
  return new AppError("APP_BAD_CONFIG", message, { cause: error });
}

function readText(path: string): string | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw unreadable(path, error);
  }
  const encoding = whyNotUtf8(bytes);
  if (encoding === undefined) return bytes.toString("utf8");
  throw new AppError("APP_BAD_CONFIG", `The configuration file ${path} ${encoding}; save it as UTF-8.`);
}

/** The encoding of a file that is not UTF-8. Some editors of Windows write UTF-16. */
function whyNotUtf8(bytes: Buffer): string | undefined {
  const [first, second] = bytes;
  const hasMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (hasMark || bytes.includes(0)) return "is in UTF-16";
  return isUtf8(bytes) ? undefined : "is not in UTF-8";
}

/** Most problems that are listed. */
const mostLines = 50;

function badConfig(problems: readonly Problem[]): AppError {
  const lines = problems
    .toSorted((a, b) => a.order - b.order)
    .map(({ location, path, message }) => `  ${location}: ${path === "" ? "" : `${path}: `}${message}`);
  const more = lines.length - mostLines;
  if (more > 0) lines.splice(mostLines, more, `  and ${more} more`);
  const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
  return new AppError("APP_BAD_CONFIG", [`The configuration has ${count}:`, ...lines].join("\n"), {
    details: { problems: problems.length },
  });
}
