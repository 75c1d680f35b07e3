import { readdir, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { LRUCache } from "lru-cache";
import { AppError, atMost, errorCode } from "../../kernel/index.ts";
import { refusedFolder } from "../ladder/refused-calls.ts";
import { describeHistory } from "./describe-history.ts";
import { historyPath, readPastHistory } from "./read-past-history.ts";
import { summarizeRefusedFile } from "./summarize-refused-file.ts";
import type { PastCall, PastCalls, PastPage, RefusedQuery } from "./types.ts";

/** Most files that one search looks into; its `next` goes on from there. */
const mostSearched = 2_000;
/** Files that are looked into at one time: others need the threads for files too. */
const atOnce = 4;
/** Summaries that are remembered. A file of a call that is over does not change. */
const mostRemembered = 20_000;

const fileName = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jsonl$/;

interface File {
  readonly id: string;
  readonly path: string;
  readonly writtenAt: number;
  readonly sizeBytes: number;
}

/** The calls of a folder of histories. */
export function createPastCalls(folder: string): PastCalls {
  const summaries = new LRUCache<string, PastCall>(atMost(mostRemembered));
  const summaryOf = async (file: File): Promise<PastCall | undefined> => {
    const { id, path, writtenAt, sizeBytes } = file;
    const key = `${path} ${writtenAt} ${sizeBytes}`;
    const known = summaries.get(key);
    if (known !== undefined) return known;
    // A file that has just gone, or is none of ours, is no call.
    const made = await summarizeRefusedFile(path, sizeBytes).catch(() => undefined);
    if (made === undefined || made.id !== id) return undefined;
    const placed = { ...made, place: cursorOf(file) };
    summaries.set(key, placed);
    return placed;
  };
  return {
    async searchRefused(query) {
      const files = (await listFiles(refusedFolder(folder))).filter(({ id }) => id.startsWith(query.id ?? ""));
      return findPage(files.slice(placeAfter(files, query.after)), query, summaryOf);
    },
    async get(id) {
      const history = await readPastHistory(folder, id);
      return history && describeHistory(history);
    },
    async delete(id) {
      const path = historyPath(folder, id);
      if (path === undefined) return false;
      try {
        await unlink(path);
        return true;
      } catch (error) {
        if (errorCode(error) === "ENOENT") return false;
        throw error;
      }
    },
  };
}

/** The latest first. A folder that is not there has none. */
async function listFiles(folder: string): Promise<readonly File[]> {
  const names = await readdir(folder).catch(() => []);
  const files = await eachInTurn(names, async (name) => {
    const id = fileName.exec(name)?.[1];
    if (id === undefined) return undefined;
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    return found && { id, path, writtenAt: Math.trunc(found.mtimeMs), sizeBytes: found.size };
  });
  return files
    .filter((file) => file !== undefined)
    .toSorted((a, b) => b.writtenAt - a.writtenAt || (a.id < b.id ? -1 : 1));
}

/** The results in the order of `list`; a few are worked on at one time. */
async function eachInTurn<Item, Result>(
  list: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < list.length; at += atOnce)
    results.push(...(await Promise.all(list.slice(at, at + atOnce).map(work))));
  return results;
}

async function findPage(
  files: readonly File[],
  query: RefusedQuery,
  summaryOf: (file: File) => Promise<PastCall | undefined>,
): Promise<PastPage> {
  const calls: PastCall[] = [];
  let searched = 0;
  while (searched < files.length) {
    const some = files.slice(searched, searched + atOnce);
    for (const call of await Promise.all(some.map(summaryOf))) {
      if (calls.length < query.limit) searched += 1;
      if (calls.length < query.limit && call !== undefined && fits(call, query)) calls.push(call);
    }
    if (calls.length === query.limit || searched >= mostSearched) break;
  }
  const last = files[searched - 1];
  return { calls, ...(last === undefined || searched >= files.length ? {} : { next: cursorOf(last) }) };
}

function fits(call: PastCall, { number, since, until, cause, text }: RefusedQuery): boolean {
  if (since !== undefined && call.startedAt < since) return false;
  if (until !== undefined && call.startedAt > until) return false;
  const part = text?.toLowerCase();
  const isIn = (one: string | undefined) => one?.toLowerCase().includes(part ?? "") === true;
  if (part !== undefined && ![call.from, call.to, call.cause, call.endType].some(isIn) && !call.id.startsWith(part))
    return false;
  const isOf = number === undefined || [call.from, call.to].some((one) => one?.includes(number) === true);
  const words = cause?.toLowerCase();
  const isFor = words === undefined || call.endType === words || (call.cause?.toLowerCase().includes(words) ?? false);
  return isOf && isFor;
}

function cursorOf({ writtenAt, id }: File): string {
  return `${writtenAt}.${id}`;
}

/** How many files stand before the page behind a cursor, also if the file that it names has gone. */
function placeAfter(files: readonly File[], after: string | undefined): number {
  if (after === undefined) return 0;
  const [, at = "", id = ""] = /^(\d{1,16})\.([0-9a-f-]{36})$/.exec(after) ?? [];
  if (id === "") {
    throw new AppError("HISTORY_BAD_CURSOR", `${JSON.stringify(after.slice(0, 80))} is no "next" of a page of calls.`);
  }
  const isBehind = (file: File) => file.writtenAt < Number(at) || (file.writtenAt === Number(at) && file.id > id);
  const place = files.findIndex(isBehind);
  return place < 0 ? files.length : place;
}
