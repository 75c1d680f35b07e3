import { readdir, readFile, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
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

/** Reads the ladder of a call.
 * @param name a transaction's id, the Call-ID of a call that was refused, or the path of a file
 * @throws AppError HISTORY_NOT_FOUND, and those of `parseHistory` */
export async function readLadder(folder: string, name: string): Promise<Ladder> {
  const refused = refusedFolder(folder);
  const named = idPattern.test(name) ? [join(folder, `${name}.jsonl`), join(refused, `${name}.jsonl`)] : [];
  const path = [...named, join(refused, `${refusedCallId(name)}.jsonl`), ...(isPath(name) ? [name] : [])];
  for (const candidate of path) {
    const text = await readIfThere(candidate);
    if (text !== undefined) return parseLadder(text);
  }
  const found = `There is no history of the call ${name} in ${folder}.`;
  throw new AppError("HISTORY_NOT_FOUND", `${found} Calls have one where histories.write is true; the oldest go.`);
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

function isPath(name: string): boolean {
  return isAbsolute(name) || name.endsWith(".jsonl");
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new AppError("HISTORY_UNREADABLE", `${path} cannot be read: ${whyUnreadable(error)}.`, { cause: error });
  }
}
