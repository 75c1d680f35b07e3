import { mkdtemp, open, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errorCode, whyUnreadable } from "../../kernel/index.ts";
import type { Config } from "../config/types.ts";
import type { SetupFinding } from "./finding.ts";

/** Folders, and the file of the database, that the server writes to and that this user cannot write to. Of what is not there yet it is tried where it would be made. */
export async function checkFolders(config: Config): Promise<readonly SetupFinding[]> {
  const { dataFolder, objectsFolder, histories, messageLogs } = config;
  const named = [
    ["dataFolder", dataFolder],
    ["objects.folder", objectsFolder],
    ["histories.folder", histories?.folder],
    ["messageLogs.folder", messageLogs.folder],
  ] as const;
  // Most are in another one of them: each fault is told once.
  const seen = new Set<string>();
  const findings: SetupFinding[] = [];
  for (const [where, folder] of named) {
    const found = folder === undefined ? undefined : await findUnwritable(folder);
    if (found === undefined || seen.has(found.path)) continue;
    seen.add(found.path);
    findings.push({ severity: "error", where, what: `${folder} cannot be written to: ${found.why}` });
  }
  return [...findings, ...(await checkFile(config))];
}

async function findUnwritable(folder: string): Promise<{ readonly path: string; readonly why: string } | undefined> {
  const path = await nearestThere(folder);
  try {
    await rmdir(await mkdtemp(join(path, ".offhook-check-")));
    return undefined;
  } catch (error) {
    return { path, why: whyUnwritable(path, error) };
  }
}

/** The folder, or the nearest one above it that is there. */
async function nearestThere(folder: string): Promise<string> {
  for (let path = folder; ; path = dirname(path)) {
    const isThere = await stat(path).then(
      () => true,
      () => false,
    );
    if (isThere || dirname(path) === path) return path;
  }
}

async function checkFile({ postgres, storePath }: Config): Promise<readonly SetupFinding[]> {
  if (postgres !== undefined) return [];
  try {
    await (await open(storePath, "r+")).close();
    return [];
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return [];
    return [
      { severity: "error", where: "dataFolder", what: `the database ${storePath}: ${whyUnwritable(storePath, error)}` },
    ];
  }
}

function whyUnwritable(path: string, error: unknown): string {
  switch (errorCode(error)) {
    case "EROFS":
      return `${path} is on a file system that may only be read; right would be a folder on one that may be written to`;
    case "EACCES":
    case "EPERM":
      return `this user may not write to ${path}; let the user of the server (chown), or name another folder`;
    case "ENOSPC":
      return `the disk of ${path} is full`;
    case "ENOTDIR":
      return `${path} is a file; right would be a folder`;
    default:
      return `${path}: ${whyUnreadable(error)}`;
  }
}
