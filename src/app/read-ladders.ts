import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { listLadders, readLadder, readLadderFile, type Ladder, type ListedCall } from "../history/index.ts";
import { defaultFileName, loadConfig } from "./config/config.ts";

/** Where the ladders of calls are looked for. */
export interface LadderSource {
  /** A configuration, or a folder with one; undefined: that of the working folder, or the defaults. */
  readonly config: string | undefined;
  /** The folder of histories; undefined: that of the configuration. */
  readonly folder: string | undefined;
}

/** Reads the ladder of one call.
 * @param name as `readLadder` has it, or the path of a file
 * @throws AppError HISTORY_NOT_FOUND and others of a history, APP_BAD_CONFIG */
export function findLadder(name: string, source: LadderSource): Promise<Ladder> {
  const isPath = isAbsolute(name) || name.endsWith(".jsonl");
  return isPath ? readLadderFile(name) : readLadder(folderOf(source), name);
}

/** The calls that have a ladder, the latest first.
 * @throws AppError APP_BAD_CONFIG */
export function listCalls(source: LadderSource, most: number): Promise<readonly ListedCall[]> {
  return listLadders(folderOf(source), most);
}

/** What to write into the configuration so that `offhook serve` keeps ladders, or where they were looked for; undefined: there is no configuration that it
 * could be started with. */
export function whyNoLadders({ config, folder }: LadderSource): string | undefined {
  const file = config ?? (existsSync(defaultFileName) ? defaultFileName : undefined);
  if (folder !== undefined || file === undefined) return undefined;
  try {
    const { histories } = loadConfig({ mode: "production", environment: process.env, file });
    if (histories !== undefined)
      return `They were looked for in ${histories.folder}. A server whose dataFolder is another one, by OFFHOOK_DATA_FOLDER in its environment, is asked with --url.`;
  } catch {
    // What is wrong with it, offhook serve says.
    return undefined;
  }
  return `offhook serve keeps no ladders with this configuration. Write "histories: { write: true }" into it and start the server again: the next calls have one, without numbers and texts unless histories.redact is false. offhook dev keeps them without being told.`;
}

function folderOf({ config, folder }: LadderSource): string {
  if (folder !== undefined) return folder;
  const loaded = loadConfig({
    ...{ mode: "development", environment: process.env },
    ...(config !== undefined || existsSync(defaultFileName) ? { file: config ?? defaultFileName } : { written: {} }),
  });
  return loaded.histories?.folder ?? join(loaded.dataFolder, "calls");
}
