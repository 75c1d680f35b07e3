import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { errorCode, errorMessage, type Logger, type TransactionId } from "../kernel/index.ts";
import type { RecordingNote } from "../media/index.ts";
import type { ObjectMetadata } from "../objects/index.ts";

/** The destination of a recording. The note lies beside the file from before its beginning until it is in the store, so that another
 * process can deliver it. Contract: records-recording-kept */
export interface DeliveryNote {
  readonly transactionId: TransactionId;
  readonly participantTag: string;
  readonly bucket: string;
  readonly key: string;
  /** User metadata besides what the file itself tells. */
  readonly metadata: ObjectMetadata;
  /** Whether the metadata shall have the length in seconds. */
  readonly tellsDuration: boolean;
}

/** A recording that was not delivered, by its path. */
export interface Leftover {
  readonly path: string;
  readonly note: DeliveryNote;
}

const ending = ".delivery.json";

/** A note as the file of it is made. */
export function printNote(note: DeliveryNote): RecordingNote {
  return { ending, text: JSON.stringify(note) };
}

/** Takes the note of a recording away. */
export async function removeNote(path: string): Promise<void> {
  await rm(path + ending, { force: true });
}

/** The recordings that earlier processes left in a folder. Call it before the first call. Files without a note are left where they are and
 * logged. Contract: records-files-without-a-note */
export async function findLeftovers(folder: string, log: Logger): Promise<readonly Leftover[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (errorCode(error) !== "ENOENT")
      log.warn({ folder }, `leftover recordings cannot be looked for: ${errorMessage(error)}`);
    return [];
  });
  // Those that were being written when the process ended: their recording had not begun.
  const begun = names.filter((name) => name.endsWith(`${ending}.part`));
  await Promise.all(begun.map((name) => rm(join(folder, name), { force: true }).catch(() => undefined)));
  const noted = names.filter((name) => name.endsWith(ending)).map((name) => name.slice(0, -ending.length));
  const unknown = names.filter((name) => /\.wav(\.part)?$/.test(name) && !noted.includes(name.replace(/\.part$/, "")));
  if (unknown.length > 0) {
    log.warn(
      { folder, files: unknown },
      `${unknown.length} recordings without a note of where they belong are left in ${folder}`,
    );
  }
  const leftovers = await Promise.all(noted.map((name) => readLeftover(join(folder, name), log)));
  return leftovers.filter((one) => one !== undefined);
}

async function readLeftover(path: string, log: Logger): Promise<Leftover | undefined> {
  try {
    const note = JSON.parse(await readFile(path + ending, "utf8")) as DeliveryNote;
    if (typeof note.bucket === "string" && typeof note.key === "string") return { path, note };
    throw new Error("it names no bucket and key");
  } catch (error) {
    log.warn({ path }, `the note of a recording cannot be read: ${errorMessage(error)}`);
    return undefined;
  }
}
