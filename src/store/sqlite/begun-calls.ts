import { randomBytes } from "node:crypto";
import { close, ftruncate, open, write } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";

/** Beginnings of calls that the database does not have yet, as lines of files. To add a line takes a fraction of what a row takes, and it outlives the process as well. */
export interface BegunCalls {
  /** Resolves once it outlives this process. Rejects with what the system says, or when too much waits for the database.
   * @param line without its end */
  keep(id: string, line: string): Promise<void>;
  /** The database has them, or never will. */
  forget(ids: readonly string[]): void;
  /** Gives the lines that other processes left, file by file, and removes each file once it is taken. */
  takeLeft(take: (lines: readonly string[]) => Promise<void>): Promise<void>;
  /** What the database does not have stays for the next start. */
  close(): Promise<void>;
}

/** Bytes after which the next file is begun: while calls come all the time, there is no moment at which the database has all of one. */
const longestFile = 1 << 20;
/** Most bytes in files, which grow while the database takes nothing. */
const mostBytes = 1 << 26;

const openFile = promisify(open);
const closeFile = promisify(close);
const writeFile = promisify(write);
const truncateFile = promisify(ftruncate);

interface BegunFile {
  readonly path: string;
  readonly fd: number;
  /** Of the calls in it that the database does not have. */
  readonly ids: Set<string>;
  bytes: number;
}

interface Waiting {
  readonly id: string;
  readonly line: string;
  readonly kept: () => void;
  readonly failed: (error: unknown) => void;
}

/** Keeps them beside a database.
 * @param databasePath the names of files begin with it */
export function createBegunCalls(databasePath: string): BegunCalls {
  return new BegunCallsInFiles(`${databasePath}-begun-`);
}

/** Does one thing with its files at a time; lines that come meanwhile are written together. */
class BegunCallsInFiles implements BegunCalls {
  readonly #prefix: string;
  /** Names of its own files begin with it. */
  readonly #ownPrefix: string;
  readonly #files = new Set<BegunFile>();
  readonly #fileOf = new Map<string, BegunFile>();
  #current: BegunFile | undefined;
  #filesSoFar = 0;
  #waiting: Waiting[] = [];
  #work: Promise<void> | undefined;

  constructor(prefix: string) {
    this.#prefix = prefix;
    this.#ownPrefix = `${prefix}${randomBytes(6).toString("hex")}-`;
  }

  keep(id: string, line: string): Promise<void> {
    return new Promise((kept, failed) => {
      this.#waiting.push({ id, line, kept, failed });
      this.#goOn();
    });
  }

  forget(ids: readonly string[]): void {
    for (const id of ids) {
      this.#fileOf.get(id)?.ids.delete(id);
      this.#fileOf.delete(id);
    }
    const isKept = ({ id }: Waiting) => ids.includes(id);
    for (const { kept } of this.#waiting.filter(isKept)) kept();
    this.#waiting = this.#waiting.filter((one) => !isKept(one));
    this.#goOn();
  }

  async takeLeft(take: (lines: readonly string[]) => Promise<void>): Promise<void> {
    const folder = dirname(this.#prefix);
    for (const name of await readdir(folder)) {
      if (!name.startsWith(basename(this.#prefix)) || name.startsWith(basename(this.#ownPrefix))) continue;
      const path = join(folder, name);
      // What was being written when its process ended has no end of a line.
      await take((await readFile(path, "utf8")).split("\n").slice(0, -1));
      await rm(path, { force: true });
    }
  }

  async close(): Promise<void> {
    await this.#work;
    for (const { fd, path, ids } of this.#files) {
      await closeFile(fd);
      if (ids.size === 0) await rm(path, { force: true });
    }
    this.#files.clear();
    this.#current = undefined;
  }

  #goOn(): void {
    this.#work ??= this.#workOff().finally(() => {
      this.#work = undefined;
    });
  }

  async #workOff(): Promise<void> {
    do {
      while (this.#waiting.length > 0) await this.#write(this.#waiting.splice(0));
      for (const file of this.#files) if (file.ids.size === 0) await this.#empty(file);
    } while (this.#waiting.length > 0);
  }

  async #write(some: readonly Waiting[]): Promise<void> {
    let file: BegunFile | undefined;
    try {
      file = await this.#fileWithRoom();
      const bytes = Buffer.from(some.map(({ line }) => `${line}\n`).join(""));
      for (const { id } of some) {
        file.ids.add(id);
        this.#fileOf.set(id, file);
      }
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await writeFile(file.fd, bytes, done, bytes.length - done, file.bytes);
        done += bytesWritten;
        file.bytes += bytesWritten;
      }
      for (const { kept } of some) kept();
    } catch (error) {
      // Half a line may be in the file: nothing comes behind it.
      this.#current = undefined;
      for (const { id, failed } of some) {
        file?.ids.delete(id);
        this.#fileOf.delete(id);
        failed(error);
      }
    }
  }

  async #fileWithRoom(): Promise<BegunFile> {
    if (this.#current !== undefined && this.#current.bytes < longestFile) return this.#current;
    const bytes = [...this.#files].reduce((sum, file) => sum + file.bytes, 0);
    if (bytes >= mostBytes) throw new Error(`beginnings of calls fill ${bytes} bytes, and the database takes none`);
    const path = `${this.#ownPrefix}${this.#filesSoFar++}`;
    const file = { path, fd: await openFile(path, "wx", 0o600), ids: new Set<string>(), bytes: 0 };
    this.#files.add(file);
    return (this.#current = file);
  }

  /** What tells of a call is no longer there than it has to be. */
  async #empty(file: BegunFile): Promise<void> {
    if (file === this.#current && file.bytes < longestFile) {
      if (file.bytes > 0) await truncateFile(file.fd, 0).catch(() => undefined);
      file.bytes = 0;
      return;
    }
    this.#files.delete(file);
    if (file === this.#current) this.#current = undefined;
    await closeFile(file.fd).catch(() => undefined);
    await rm(file.path, { force: true }).catch(() => undefined);
  }
}
