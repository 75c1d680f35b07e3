import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { AppError } from "../../kernel/index.ts";

/** Whether a program is named by its place, not looked for in PATH. */
export function isPath(program: string): boolean {
  return program.includes("/") || (process.platform === "win32" && program.includes("\\"));
}

/** Whether a file can be started. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Absolute path of the program that a function is run by.
 * @param folder where one that is named by its place is
 * @param searchPath as in the variable PATH; undefined: the server's
 * @throws AppError INVOKE_NO_PROGRAM */
export function findProgram(
  functionName: string,
  program: string,
  folder: string,
  searchPath: string | undefined,
): string {
  const places = isPath(program)
    ? [resolve(folder, program)]
    : (searchPath ?? process.env["PATH"] ?? "")
        .split(delimiter)
        .filter((place) => place !== "")
        .map((place) => join(place, program));
  const found = places.find(isProgram);
  if (found !== undefined) return found;
  const where = isPath(program) ? `there is no program ${places[0]}` : `there is no program "${program}" in PATH`;
  throw new AppError("INVOKE_NO_PROGRAM", `Function "${functionName}" cannot be started: ${where}`);
}
