import { existsSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { packageRoot } from "../../kernel/index.ts";
import type { CommandFunction, FileFunction, LocalFunction } from "../types.ts";
import { findProgram } from "./find-program.ts";
import { findPython } from "./find-python.ts";

/** How the processes of one function are started. */
export interface FunctionRuntime {
  /** Absolute path of the program. */
  readonly command: string;
  readonly args: readonly string[];
  /** Absolute; the working folder, and LAMBDA_TASK_ROOT. */
  readonly folder: string;
  /** Without it no process is started; a change of it, or of sources in `folder`, loads the function again. */
  readonly file: string;
  /** For _HANDLER. */
  readonly handler: string;
  /** Its bootstrap gets events through a pipe (`runtime-pipe.ts`); else it asks for them at a Runtime API. */
  readonly takesPipe: boolean;
  /** Folder of the bootstrap, LAMBDA_RUNTIME_DIR. */
  readonly bootstrapFolder: string;
  /** Variables that the language needs; the function's own win. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Endings of files that run in a local process. */
export const handlerFileEndings: readonly string[] = [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".py"];

/** Finds what runs the function: for a file this Node, or the system's Python for `.py`; else the program that the function names.
 * @throws AppError INVOKE_NO_PYTHON, INVOKE_NO_PROGRAM */
export async function findRuntime(local: LocalFunction): Promise<FunctionRuntime> {
  if (local.kind === "command") return commandRuntime(local);
  return extname(local.file) === ".py" ? pythonRuntime(local) : nodeRuntime(local);
}

function ofFile({ file, handler }: FileFunction) {
  return {
    ...{ folder: dirname(file), file, handler: `${basename(file, extname(file))}.${handler}` },
    bootstrapFolder: join(packageRoot(), "assets", "bootstrap"),
  };
}

function nodeRuntime(local: FileFunction): FunctionRuntime {
  const common = ofFile(local);
  return {
    ...common,
    takesPipe: true,
    command: process.execPath,
    args: ["--enable-source-maps", join(common.bootstrapFolder, "node.mjs"), local.file, local.handler],
    environment: { AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split(".")[0]}.x` },
  };
}

/** The bootstrap itself sets AWS_EXECUTION_ENV, since it knows its version. */
async function pythonRuntime(local: FileFunction): Promise<FunctionRuntime> {
  const common = ofFile(local);
  const workFolder = existsSync(common.folder) ? common.folder : common.bootstrapFolder;
  return {
    ...common,
    takesPipe: false,
    command: await findPython(local.name, local.environment["PATH"], workFolder),
    args: [join(common.bootstrapFolder, "python.py"), local.file, local.handler],
    environment: { PYTHONDONTWRITEBYTECODE: "1", PYTHONUNBUFFERED: "1", PYTHONUTF8: "1" },
  };
}

/** As on Lambda, where a custom runtime lies in the folder of the function. */
function commandRuntime({ name, command, folder, handler, environment }: CommandFunction): FunctionRuntime {
  const [program = "", ...args] = command;
  const file = findProgram(name, program, folder, environment["PATH"]);
  return { command: file, args, folder, file, handler, takesPipe: false, bootstrapFolder: folder, environment: {} };
}
