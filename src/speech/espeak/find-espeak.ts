import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { errorCode, errorMessage } from "../../kernel/index.ts";
import { environmentOf } from "./espeak-speaker.ts";

const longestMs = 10_000;
const mostBytes = 1024 ** 2;

/** The program espeak-ng on this machine. */
export type FoundEspeak =
  | {
      readonly type: "found";
      /** Names of the languages that it has voices for, such as `de` or `en-us`. */
      readonly languages: ReadonlySet<string>;
    }
  /** `why`: what is wrong, for people. */
  | { readonly type: "missing"; readonly why: string };

/** Asks the program for its voices.
 * @param program name or path */
export async function findEspeak(program: string): Promise<FoundEspeak> {
  try {
    const { stdout } = await promisify(execFile)(program, ["--voices"], {
      env: environmentOf(process.env),
      timeout: longestMs,
      killSignal: "SIGKILL",
      maxBuffer: mostBytes,
      windowsHide: true,
    });
    const languages = readLanguages(stdout);
    if (languages.size > 0) return { type: "found", languages };
    return { type: "missing", why: `${program} says that it has no voices` };
  } catch (error) {
    if (errorCode(error) === "ENOENT") return { type: "missing", why: `${program} is not installed` };
    return { type: "missing", why: `${program} cannot be run: ${errorMessage(error).trim().slice(0, 300)}` };
  }
}

/** The second column of the table, and the names in brackets in the last. */
export function readLanguages(table: string): ReadonlySet<string> {
  const lines = table.split("\n").slice(1);
  return new Set(
    lines.flatMap((line) => {
      const [, language = ""] = line.trim().split(/\s+/);
      const further = [...line.matchAll(/\(([A-Za-z0-9-]{2,40}) \d{1,2}\)/g)].map(([, name = ""]) => name);
      return [language, ...further].filter((name) => name !== "").map((name) => name.toLowerCase());
    }),
  );
}
