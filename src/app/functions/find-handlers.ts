import { readFileSync, readdirSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { handlerFileEndings } from "../../invoke/index.ts";
import { AppError, whyUnreadable } from "../../kernel/index.ts";

/** Larger files are not hand-written functions and are skipped. */
const longestSource = 1_000_000;
const named = /\b(?:handler|lambdaHandler|lambda_handler)\b/;
const pythonHandler = /^(?:async )?(?:def )?(?:handler|lambdaHandler|lambda_handler)\b *[(=]/;
const other = /\.d\.[cm]?ts$|\.(?:test|spec|config)\.\w+$/;

/** The files right in `folder` that hold a function: they export a handler under one of the default names. Sorted. Throws `APP_BAD_CONFIG` for
 * what cannot be read. */
export function findHandlers(folder: string): readonly string[] {
  return reading(folder, () => readdirSync(folder))
    .filter((name) => handlerFileEndings.includes(extname(name)) && !other.test(name))
    .filter((name) => reading(join(folder, name), () => holdsHandler(join(folder, name))))
    .sort();
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new AppError("APP_BAD_CONFIG", `${path} cannot be read: ${whyUnreadable(error)}.`, { cause: error });
  }
}

function holdsHandler(file: string): boolean {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined || !stat.isFile() || stat.size > longestSource) return false;
  const isHandlerLine = extname(file) === ".py" ? isPythonHandler : isExportedHandler;
  return readFileSync(file, "utf8").split("\n").some(isHandlerLine);
}

function isExportedHandler(line: string): boolean {
  return /\bexports?\b/.test(line) && named.test(line) && !/^\s*(?:\/\/|\*)/.test(line);
}

function isPythonHandler(line: string): boolean {
  return pythonHandler.test(line);
}
