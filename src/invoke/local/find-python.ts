import { execFile } from "node:child_process";
import { delimiter, join } from "node:path";
import { AppError, errorMessage } from "../../kernel/index.ts";
import { isProgram } from "./find-program.ts";

/** Where to look for programs, in this order, when the search path has no Python. */
const usualFolders = ["/usr/local/bin", "/usr/bin", "/bin", "/opt/homebrew/bin"];
const programs = process.platform === "win32" ? ["python3.exe", "python.exe"] : ["python3"];
const howToInstall = "install Python 3.8 or later (Debian and Ubuntu: apt-get install python3)";
const tryAgain = "try again when this machine has less to do";
/** Wrappers such as that of pyenv take seconds where many programs run. */
const probeLimitMs = 30_000;
/** A Python program that prints the path of the interpreter itself, since wrappers such as that of pyenv hide it; it fails when the version is
 * too old. */
const probe = "import sys; assert sys.version_info >= (3, 8), 'it is older than 3.8'; print(sys.executable)";

/** Finds the Python 3 that runs a function: the first of the search path, so an active virtual environment counts.
 * @param searchPath as in the variable PATH; undefined: the server's, then the usual folders
 * @param workFolder where the function runs (version managers look there)
 * @returns absolute path of the interpreter
 * @throws AppError INVOKE_NO_PYTHON */
export async function findPython(
  functionName: string,
  searchPath: string | undefined,
  workFolder: string,
): Promise<string> {
  const folders =
    searchPath === undefined
      ? [...(process.env["PATH"] ?? "").split(delimiter), ...usualFolders]
      : searchPath.split(delimiter);
  const found = folders
    .filter((folder) => folder !== "")
    .flatMap((folder) => programs.map((program) => join(folder, program)))
    .find(isProgram);
  if (found === undefined) {
    throw new AppError(
      "INVOKE_NO_PYTHON",
      `Function "${functionName}" is a Python file, but there is no python3 in PATH; ${howToInstall}`,
    );
  }
  return askItself(found, functionName, workFolder);
}

function askItself(program: string, functionName: string, workFolder: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, ["-c", probe], { cwd: workFolder, timeout: probeLimitMs }, (error, stdout, stderr) => {
      const path = stdout.trim();
      if (error === null && path !== "") return resolve(path);
      const isLate = error?.killed === true;
      const why = isLate
        ? `it did not tell its version within ${probeLimitMs / 1_000} s`
        : stderr.trim().split("\n").at(-1) || (error === null ? "it says nothing" : errorMessage(error));
      const whatToDo = isLate ? tryAgain : howToInstall;
      reject(
        new AppError(
          "INVOKE_NO_PYTHON",
          `Function "${functionName}" is a Python file, but ${program} cannot run it (${why}); ${whatToDo}`,
          { cause: error },
        ),
      );
    });
  });
}
