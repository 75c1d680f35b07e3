import { existsSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { packageRoot } from "../../kernel/index.ts";
import type { LocalFunction } from "../types.ts";
import { findPython } from "./find-python.ts";

/** How the processes of one function are started. */
export interface FunctionRuntime {
  /** Absolute path of the program. */
  readonly command: string;
  readonly args: readonly string[];
  /** Folder of the bootstrap. */
  readonly bootstrapFolder: string;
  /** Variables that the language needs; the function's own win. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Endings of files that run in a local process. */
export const handlerFileEndings: readonly string[] = [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".py"];

/** Finds what runs the function's file: this Node, or the system's Python for `.py`.
 * @throws AppError INVOKE_NO_PYTHON */
export async function findRuntime(local: LocalFunction): Promise<FunctionRuntime> {
  return extname(local.file) === ".py" ? pythonRuntime(local) : nodeRuntime(local);
}

function nodeRuntime(local: LocalFunction): FunctionRuntime {
  const bootstrapFolder = join(packageRoot(), "assets", "bootstrap");
  const bootstrap = join(bootstrapFolder, "node.mjs");
  return {
    command: process.execPath,
    args: ["--enable-source-maps", bootstrap, local.file, local.handler],
    bootstrapFolder,
    environment: { AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split(".")[0]}.x` },
  };
}

/** The bootstrap itself sets AWS_EXECUTION_ENV, since it knows its version. */
async function pythonRuntime(local: LocalFunction): Promise<FunctionRuntime> {
  const bootstrapFolder = join(packageRoot(), "assets", "bootstrap");
  const folder = dirname(local.file);
  const workFolder = existsSync(folder) ? folder : bootstrapFolder;
  return {
    command: await findPython(local.name, local.environment["PATH"], workFolder),
    args: [join(bootstrapFolder, "python.py"), local.file, local.handler],
    bootstrapFolder,
    environment: { PYTHONDONTWRITEBYTECODE: "1", PYTHONUNBUFFERED: "1", PYTHONUTF8: "1" },
  };
}
