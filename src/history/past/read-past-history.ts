import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { AppError, whyUnreadable } from "../../kernel/index.ts";
import type { History } from "../format.ts";
import { parseHistoryInTurns } from "../read-history.ts";

/** Longest history that is read while calls go on, bytes. */
const longestFile = 16 * 1_048_576;

const idPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Where the history of a call is; undefined: the id is none of a call. */
export function historyPath(folder: string, id: string): string | undefined {
  return idPattern.test(id) ? join(folder, `${id}.jsonl`) : undefined;
}

/** Reads the history of one call while others go on; undefined: there is none. Rejects as `readHistoryFile`, and with `HISTORY_TOO_LONG`. */
export async function readPastHistory(folder: string, id: string): Promise<History | undefined> {
  const path = historyPath(folder, id);
  const found = path === undefined ? undefined : await stat(path).catch(() => undefined);
  if (path === undefined || found === undefined) return undefined;
  if (found.size > longestFile) {
    const why = `The history has more than ${longestFile / 1_048_576} MiB, which is too long to be read beside calls`;
    throw new AppError("HISTORY_TOO_LONG", `${why}; read the file itself: ${path}`);
  }
  return parseHistoryInTurns(await readText(path));
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new AppError("HISTORY_UNREADABLE", `${path} cannot be read: ${whyUnreadable(error)}.`, { cause: error });
  }
}
