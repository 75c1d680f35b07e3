import { mkdir, open, rename, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode, errorMessage } from "../../../kernel/index.ts";
import { WAV_HEADER_BYTES, wavHeader } from "../../wav/wav-header.ts";
import { completeFile, writeAll, type OpenedFile } from "./complete-file.ts";
import type { DiskTurns } from "./disk-turns.ts";

/** The outcome of writing a file. */
export type FileOutcome =
  | { readonly type: "whole"; readonly path: string; readonly sha256: string }
  /** `path` has what was written before, with a right header: `samples` of it; undefined when there is no file. */
  | {
      readonly type: "failed";
      readonly systemCode: string;
      readonly why: string;
      readonly path: string | undefined;
      readonly samples: number;
    };

/** A WAV file that is written piece by piece: `<path>.part` while it grows, `<path>` when its header is right. */
export interface RecordingFile {
  /** Queues interleaved 16 bit samples. After a failure, drops them. */
  write(piece: Uint8Array): void;
  /** Writes what waits, then the header, makes both durable, and reads all of it again for the checksum. Never rejects. */
  finish(): Promise<FileOutcome>;
}

/** Most bytes that wait for the disk, about two minutes of stereo; if there are more, writing has failed. */
const MOST_WAITING_BYTES = 4_194_304;

/** Begins a file, and its folder. Only its owner may read it.
 * @param turns of all files of this disk; what comes while a file waits is written at once when its turn comes
 * @param openFile opens a new file for reading and writing */
export function createRecordingFile(
  path: string,
  channels: 1 | 2,
  turns: DiskTurns,
  openFile: (path: string) => Promise<OpenedFile> = openNew,
): RecordingFile {
  return new WavFile(path, channels, turns, openFile);
}

async function openNew(path: string): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  return open(path, "wx+", 0o600);
}

class WavFile implements RecordingFile {
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

  constructor(path: string, channels: 1 | 2, turns: DiskTurns, openFile: (path: string) => Promise<OpenedFile>) {
    this.#path = path;
    this.#channels = channels;
    this.#turns = turns;
    void this.#take(async () => {
      this.#file = await openFile(this.#partPath());
      // As long as the length is not known, a reader goes to the end of the file.
      await writeAll(this.#file, wavHeader(channels, Infinity), 0);
    });
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
    const isMoved = await rename(this.#partPath(), this.#path).then(
      () => true,
      (error: unknown) => {
        this.#failure ??= error;
        return false;
      },
    );
    if (this.#failure !== undefined || whole === undefined) {
      return this.#failed(isMoved ? this.#path : this.#partPath());
    }
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
