import { mkdir, open, rename, rm, writeFile, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode, errorMessage } from "../../../kernel/index.ts";
import type { RecordingNote } from "./types.ts";
import { WAV_HEADER_BYTES, wavHeader } from "../../wav/wav-header.ts";
import { completeFile, writeAll, type OpenedFile } from "./complete-file.ts";
import type { DiskTurns } from "./disk-turns.ts";

/** The outcome of writing a file. */
export type FileOutcome =
  | { readonly type: "whole"; readonly path: string; readonly sha256: string }
  /** `path`, a part, has what was written before, with a right header: `samples` of it; undefined when there is no file. */
  | {
      readonly type: "failed";
      readonly systemCode: string;
      readonly why: string;
      readonly path: string | undefined;
      readonly samples: number;
    };

/** A WAV file that is written piece by piece: `<path>.part` while it grows, `<path>` when its header is right. */
export interface RecordingFile {
  /** Resolves once its note and its header are there; false: they never will be, and `finish` says why. Never rejects. */
  readonly begun: Promise<boolean>;
  /** Queues interleaved 16 bit samples. After a failure, drops them. */
  write(piece: Uint8Array): void;
  /** Writes what waits, then the header, makes both durable, and reads all of it again for the checksum. Never rejects. */
  finish(): Promise<FileOutcome>;
}

/** Most bytes that wait for the disk, about two minutes of stereo; if there are more, writing has failed. */
const MOST_WAITING_BYTES = 4_194_304;

/** How a file is begun. */
export interface BeginFile {
  /** Lies there before it. */
  readonly note?: RecordingNote | undefined;
  /** Opens a new file for reading and writing. */
  readonly openFile?: (path: string) => Promise<OpenedFile>;
}

/** Begins a file, and its folder. Only its owner may read it.
 * @param turns of all files of this disk; what comes while a file waits is written at once when its turn comes */
export function createRecordingFile(
  path: string,
  channels: 1 | 2,
  turns: DiskTurns,
  how: BeginFile = {},
): RecordingFile {
  return new WavFile(path, channels, turns, how);
}

function openNew(path: string): Promise<FileHandle> {
  return open(path, "wx+", 0o600);
}

/** Writes a note, whole or not at all. */
async function writeNote(path: string, { ending, text }: RecordingNote): Promise<void> {
  const part = `${path}${ending}.part`;
  try {
    await writeFile(part, text, { mode: 0o600 });
    await rename(part, path + ending);
  } catch (error) {
    // A full disk takes the name of a file and no content.
    await rm(part, { force: true });
    throw error;
  }
}

class WavFile implements RecordingFile {
  readonly begun: Promise<boolean>;
  readonly #path: string;
  readonly #channels: 1 | 2;
  readonly #turns: DiskTurns;
  /** Of this file, one thing after the other. */
  #tail: Promise<unknown> = Promise.resolve();
  #file: OpenedFile | undefined;
  /** What waits for the next turn. */
  #pieces: Uint8Array[] = [];
  #waitingBytes = 0;
  /** Samples on disk. */
  #dataBytes = 0;
  #failure: unknown;

  constructor(path: string, channels: 1 | 2, turns: DiskTurns, { note, openFile = openNew }: BeginFile) {
    this.#path = path;
    this.#channels = channels;
    this.#turns = turns;
    const begun = this.#take(async () => {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      if (note !== undefined) await writeNote(path, note);
      this.#file = await openFile(this.#partPath());
      // As long as the length is not known, a reader goes to the end of the file.
      await writeAll(this.#file, wavHeader(channels, Infinity), 0);
      return true;
    });
    this.begun = begun.then((isBegun) => isBegun === true);
  }

  write(piece: Uint8Array): void {
    if (this.#failure !== undefined) return;
    this.#waitingBytes += piece.length;
    if (this.#waitingBytes > MOST_WAITING_BYTES) {
      this.#failure = Object.assign(new Error("the disk is too slow"), { code: "EBUSY" });
      this.#pieces = [];
      return;
    }
    this.#pieces.push(piece);
    if (this.#pieces.length === 1) void this.#take(() => this.#append());
  }

  async finish(): Promise<FileOutcome> {
    const outcome = await this.#take(() => this.#complete());
    return outcome ?? this.#failed(undefined);
  }

  async #append(): Promise<void> {
    const file = this.#file;
    const bytes = this.#pieces.length === 1 ? this.#pieces[0] : Buffer.concat(this.#pieces);
    this.#pieces = [];
    if (file === undefined || bytes === undefined || this.#failure !== undefined) return;
    // What was written before a failure counts.
    await writeAll(file, bytes, WAV_HEADER_BYTES + this.#dataBytes, (written) => (this.#dataBytes += written));
    this.#waitingBytes -= bytes.length;
  }

  async #complete(): Promise<FileOutcome> {
    const file = this.#file;
    if (file === undefined) return this.#failed(undefined);
    const whole = await this.#try(() => completeFile(file, this.#channels, this.#dataBytes));
    await file.close().catch(() => undefined);
    // What is not the whole keeps the name of a part.
    if (this.#failure === undefined) await this.#try(() => rename(this.#partPath(), this.#path));
    if (this.#failure !== undefined || whole === undefined) return this.#failed(this.#partPath());
    return { type: "whole", path: this.#path, sha256: whole.sha256 };
  }

  #take<T>(work: () => Promise<T>): Promise<T | undefined> {
    const done = this.#tail.then(() => this.#turns.take(() => this.#try(work)));
    this.#tail = done;
    return done;
  }

  async #try<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#failure ??= error;
      return undefined;
    }
  }

  #failed(path: string | undefined): FileOutcome {
    return {
      type: "failed",
      systemCode: errorCode(this.#failure) ?? "",
      why: errorMessage(this.#failure),
      path,
      samples: Math.floor(this.#dataBytes / (2 * this.#channels)),
    };
  }

  #partPath(): string {
    return `${this.#path}.part`;
  }
}
