import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { newId, type Logger } from "../kernel/index.ts";
import type { Pcm } from "../media/index.ts";

/** Speech kept in a folder, one file of raw samples (8,000 Hz, 16 bit, little endian) per request. */
export interface DiskCache {
  /** The speech under `key` (hexadecimal), undefined when there is none or it cannot be read. */
  get(key: string): Promise<Pcm | undefined>;
  /** Stores it; if the folder cannot be written, that is logged and has no other effect. */
  put(key: string, pcm: Pcm): Promise<void>;
}

const suffix = ".s16le";

/** Opens the folder (made when absent). Over `limitBytes` the files used longest ago go first. */
export async function openDiskCache(folder: string, limitBytes: number, log: Logger): Promise<DiskCache> {
  let totalBytes = (await listFiles(folder)).reduce((sum, file) => sum + file.sizeBytes, 0);
  let warned = false;

  const makeRoom = async (): Promise<void> => {
    const files = (await listFiles(folder)).sort((one, other) => one.usedAt - other.usedAt);
    totalBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
    for (const file of files) {
      // Removes down to nine tenths, so that the folder is not listed for each new file.
      if (totalBytes <= 0.9 * limitBytes) return;
      await rm(file.path, { force: true });
      totalBytes -= file.sizeBytes;
    }
  };

  return {
    async get(key) {
      const path = join(folder, key + suffix);
      try {
        const bytes = await readFile(path);
        if (bytes.length % 2 !== 0) return undefined;
        const now = new Date();
        utimes(path, now, now).catch(() => undefined);
        const samples = new Int16Array(new SharedArrayBuffer(bytes.length));
        new Uint8Array(samples.buffer).set(bytes);
        return { samples };
      } catch {
        return undefined;
      }
    },
    async put(key, { samples }) {
      const path = join(folder, key + suffix);
      const partial = join(folder, `${newId()}.partial`);
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(partial, new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
        await rename(partial, path);
        totalBytes += samples.byteLength;
        if (totalBytes > limitBytes) await makeRoom();
      } catch (error) {
        await rm(partial, { force: true }).catch(() => undefined);
        if (!warned) log.warn({ folder, error: String(error) }, "speech cannot be kept on disk");
        warned = true;
      }
    },
  };
}

async function listFiles(folder: string): Promise<{ path: string; sizeBytes: number; usedAt: number }[]> {
  const names = await readdir(folder).catch(() => []);
  const files = await Promise.all(
    names
      .filter((name) => name.endsWith(suffix) || name.endsWith(".partial"))
      .map(async (name) => {
        const path = join(folder, name);
        const found = await stat(path).catch(() => undefined);
        return found === undefined ? [] : [{ path, sizeBytes: found.size, usedAt: found.mtimeMs }];
      }),
  );
  return files.flat();
}
