import type { ByteSink } from "./byte-sink.ts";
import type { Clock, Timer } from "./clock.ts";

/** Writes lines without ever blocking or throwing: lines that do not fit are dropped and counted. Contract: records-log-never-waits */
export interface LineWriter {
  /** Takes a line with its line break. */
  write(line: string): void;
  /** Resolves when all is written, at the latest after `limitMs`; what is left then is lost. */
  close(limitMs?: number): Promise<void>;
}

/** What could not be written for a while. */
export interface LostLines {
  readonly lines: number;
  /** The system's code, such as ENOSPC; undefined when the reader was too slow. */
  readonly cause: string | undefined;
  readonly durationMs: number;
}

export interface LineWriterOptions {
  readonly sink: ByteSink;
  readonly clock: Clock;
  /** Called once there is room again; the callback may write lines. */
  readonly onRoomAgain: (lost: LostLines) => void;
  /** Most bytes that wait to be written; default 4 MiB. */
  readonly limitBytes?: number;
}

const defaultLimitBytes = 4 * 1024 ** 2;
const pieceBytes = 64 * 1024;
/** What comes this soon after a piece is the next piece, since each one costs a hop to another thread and back. */
const gatherMs = 10;
/** How long until a full disk is tried again; a slow reader is tried again much sooner. */
const fullRetryMs = 1_000;
const busyRetryMs = 20;
/** The reader is gone for good: writing is not tried again after these. */
const deadCodes = new Set(["EPIPE", "ECONNRESET", "EBADF", "ERR_STREAM_DESTROYED"]);

/** Makes a writer over a sink. A line that has begun is finished, however long it takes, so that no line is torn. */
export function createLineWriter(options: LineWriterOptions): LineWriter {
  return new BoundedWriter(options);
}

class BoundedWriter implements LineWriter {
  readonly #options: LineWriterOptions;
  readonly #limitBytes: number;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** The rest of the current piece, which the sink has not taken yet. */
  #piece: Buffer | undefined;
  #isWriting = false;
  #isDead = false;
  /** Nothing is written until then: lines are gathered, or the sink is tried again. */
  #rest: Timer | undefined;
  #trouble: { lines: number; cause: string | undefined; readonly sinceMs: number } | undefined;
  #onEmpty: (() => void) | undefined;

  constructor(options: LineWriterOptions) {
    this.#options = options;
    this.#limitBytes = options.limitBytes ?? defaultLimitBytes;
  }

  write(line: string): void {
    if (this.#isDead) return;
    const bytes = Buffer.from(line);
    if (this.#waitingBytes + bytes.length > this.#limitBytes) {
      this.#troubled(undefined).lines++;
      return;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#next();
  }

  async close(limitMs = 500): Promise<void> {
    if (this.#piece !== undefined || this.#waiting.length > 0) {
      await new Promise<void>((resolve) => {
        // Not the clock of the options: its timers do not keep the process up, and this one has to.
        const timer = setTimeout(resolve, limitMs);
        this.#onEmpty = () => {
          clearTimeout(timer);
          resolve();
        };
        this.#rest?.cancel();
        this.#rest = undefined;
        this.#next();
      });
    }
    this.#die();
    this.#options.sink.close();
  }

  #next(): void {
    if (this.#isWriting || this.#rest !== undefined || this.#isDead) return;
    this.#piece ??= this.#takePiece();
    if (this.#piece === undefined) return this.#onEmpty?.();
    this.#isWriting = true;
    this.#options.sink.write(this.#piece, (error, writtenBytes) => this.#written(error, writtenBytes));
  }

  #takePiece(): Buffer | undefined {
    let count = 0;
    let bytes = 0;
    while (count < this.#waiting.length && (count === 0 || bytes < pieceBytes)) {
      bytes += this.#waiting[count]?.length ?? 0;
      count++;
    }
    if (count === 0) return undefined;
    return Buffer.concat(this.#waiting.splice(0, count), bytes);
  }

  #written(error: NodeJS.ErrnoException | null, writtenBytes: number): void {
    this.#isWriting = false;
    if (this.#isDead) return;
    if (error !== null && deadCodes.has(error.code ?? "")) return this.#die();
    if (this.#piece !== undefined) {
      this.#waitingBytes -= writtenBytes;
      this.#piece = writtenBytes >= this.#piece.length ? undefined : this.#piece.subarray(writtenBytes);
    }
    if (error !== null) {
      const isBusy = error.code === "EAGAIN";
      if (!isBusy) this.#troubled(error.code);
      return this.#restFor(isBusy ? busyRetryMs : fullRetryMs);
    }
    const isClosing = this.#onEmpty !== undefined;
    const gathers = this.#piece === undefined && this.#waitingBytes < pieceBytes && !isClosing;
    if (gathers) this.#restFor(gatherMs);
    this.#tellRoom();
    this.#next();
  }

  #restFor(delayMs: number): void {
    this.#rest = this.#options.clock.startTimer(delayMs, () => {
      this.#rest = undefined;
      this.#next();
    });
  }

  #troubled(cause: string | undefined) {
    this.#trouble ??= { lines: 0, cause, sinceMs: this.#options.clock.monotonicMs() };
    this.#trouble.cause ??= cause;
    return this.#trouble;
  }

  /** At half, so that a reader at its limit does not cause a report for each line. */
  #tellRoom(): void {
    const trouble = this.#trouble;
    if (trouble === undefined || this.#waitingBytes > this.#limitBytes / 2) return;
    this.#trouble = undefined;
    const { lines, cause, sinceMs } = trouble;
    this.#options.onRoomAgain({ lines, cause, durationMs: this.#options.clock.monotonicMs() - sinceMs });
  }

  #die(): void {
    this.#isDead = true;
    this.#rest?.cancel();
    this.#waiting = [];
    this.#piece = undefined;
    this.#onEmpty?.();
  }
}
