import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** What the files of histories are named: the transaction's id. */
const historyName = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.jsonl$/;

/** Removes the oldest histories of a folder until `keep` are left, by when they were last written. Other files, and those that are in
 * `open`, are not touched. Rejects with an error of the file system. */
export async function dropOldest(folder: string, keep: number, open: ReadonlySet<string>): Promise<void> {
  const names = (await readdir(folder)).filter((name) => historyName.test(name));
  if (names.length <= keep) return;
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      return { path, writtenAt: (await stat(path)).mtimeMs };
    }),
  );
  const oldest = files.toSorted((a, b) => a.writtenAt - b.writtenAt).slice(0, names.length - keep);
  for (const { path } of oldest) if (!open.has(path)) await rm(path, { force: true });
}
