import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { AppError, whyUnreadable } from "../../kernel/index.ts";
import type { RecordedLadderLine, RecordedStep } from "../format.ts";
import { parseHistory, parseObject, readLadderLine } from "../read-history.ts";
import { refusedCallId, refusedFolder, refusedFormat } from "./refused-calls.ts";

/** The ladder of a call, as it is read from files. */
export interface Ladder {
  /** The transaction's id, or that of the ladder of a refused call. */
  readonly id: string;
  readonly redacted: boolean;
  /** Whether the call was refused before it began. */
  readonly isRefused: boolean;
  readonly lines: readonly RecordedLadderLine[];
  /** What the machine took and did; none of a refused call. */
  readonly steps: readonly RecordedStep[];
}

const idPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Reads the ladder of a call out of a folder of histories.
 * @param name a transaction's id, or the Call-ID of a call that was refused
 * @throws AppError HISTORY_NOT_FOUND, and those of `parseHistory` */
export async function readLadder(folder: string, name: string): Promise<Ladder> {
  for (const path of pathsOf(folder, name)) {
    const text = await readIfThere(path);
    if (text !== undefined) return parseLadder(text);
  }
  throw notFound(`There is no history of the call ${name} in ${folder}.`);
}

/** Reads the ladder of a call out of the file of its history.
 * @throws as `readLadder` */
export async function readLadderFile(path: string): Promise<Ladder> {
  const text = await readIfThere(path);
  if (text === undefined) throw notFound(`There is no file ${path}.`);
  return parseLadder(text);
}

/** Whether a folder of histories has the ladder of a call, by the names that `readLadder` takes. */
export async function hasLadder(folder: string, name: string): Promise<boolean> {
  const found = pathsOf(folder, name).map((path) => stat(path).catch(() => undefined));
  return (await Promise.all(found)).some((one) => one !== undefined);
}

function pathsOf(folder: string, name: string): readonly string[] {
  const refused = refusedFolder(folder);
  const named = idPattern.test(name) ? [join(folder, `${name}.jsonl`), join(refused, `${name}.jsonl`)] : [];
  return [...named, join(refused, `${refusedCallId(name)}.jsonl`)];
}

function notFound(what: string): AppError {
  return new AppError("HISTORY_NOT_FOUND", `${what} Calls have one where histories.write is true; the oldest go.`);
}

/** Reads the text of a history, or of the ladder of a refused call. @throws as `parseHistory` */
export function parseLadder(text: string): Ladder {
  const [first = ""] = text.split("\n", 1);
  const head = parseObject(first, 1);
  if (head["format"] !== refusedFormat.format) {
    const { call, redacted, ladder, steps } = parseHistory(text);
    return { id: call.transactionId, redacted, isRefused: false, lines: ladder, steps };
  }
  const others = text.split("\n").slice(1, -1);
  const lines = others.map((line, index) => readLadderLine(parseObject(line, index + 2), index + 2));
  return { id: String(head["id"]), redacted: head["redacted"] === true, isRefused: true, lines, steps: [] };
}

/** A call that has a ladder. */
export interface ListedCall {
  readonly id: string;
  /** Epoch milliseconds of its last line. */
  readonly writtenAt: number;
  readonly isRefused: boolean;
}

/** The calls of which there are files, the latest first. */
export async function listLadders(folder: string, most: number): Promise<readonly ListedCall[]> {
  const [calls, refused] = await Promise.all([listFolder(folder, false), listFolder(refusedFolder(folder), true)]);
  return [...calls, ...refused].toSorted((a, b) => b.writtenAt - a.writtenAt).slice(0, most);
}

async function listFolder(folder: string, isRefused: boolean): Promise<readonly ListedCall[]> {
  const names = await readdir(folder).catch(() => []);
  const ids = names.map((name) => name.replace(/\.jsonl$/, "")).filter((id) => idPattern.test(id));
  return Promise.all(
    ids.map(async (id) => {
      const writtenAt = await stat(join(folder, `${id}.jsonl`)).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      );
      return { id, writtenAt, isRefused };
    }),
  );
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new AppError("HISTORY_UNREADABLE", `${path} cannot be read: ${whyUnreadable(error)}.`, { cause: error });
  }
}
