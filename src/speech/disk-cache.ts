import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { crc32 } from "node:zlib";
import { newId, type Logger } from "../kernel/index.ts";
import type { Pcm, Sound } from "../media/index.ts";

/** Speech kept in a folder, one file per request: raw samples (16 bit, little endian) of 8,000 Hz, behind them those of 16,000 Hz where there are such, and
 * 5 bytes: 1 with the second kind, else 0, and the CRC-32 (little endian) of all before. */
export interface DiskCache {
  /** The speech under `key` (hexadecimal), undefined when there is none or it cannot be read as it was written. The disk is asked only for what
   * was there when the folder was opened, or was stored since. */
  get(key: string): Promise<Pcm | undefined>;
  /** Stores it; if the folder cannot be written, that is logged and has no other effect. */
  put(key: string, pcm: Pcm): Promise<void>;
}

const suffix = ".s16le";
const checkBytes = 4;

/** Opens the folder (made when absent). Over `limitBytes` the files used longest ago go first. */
export async function openDiskCache(folder: string, limitBytes: number, log: Logger): Promise<DiskCache> {
  const found = await listFiles(folder);
  const keys = new Set(found.map((file) => basename(file.path, suffix)));
  let totalBytes = found.reduce((sum, file) => sum + file.sizeBytes, 0);
  let warned = false;

  const makeRoom = async (): Promise<void> => {
    const files = (await listFiles(folder)).sort((one, other) => one.usedAt - other.usedAt);
    totalBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
    for (const file of files) {
      // Removes down to nine tenths, so that the folder is not listed for each new file.
      if (totalBytes <= 0.9 * limitBytes) return;
      keys.delete(basename(file.path, suffix));
      await rm(file.path, { force: true });
      totalBytes -= file.sizeBytes;
    }
  };

  return {
    async get(key) {
      if (!keys.has(key)) return undefined;
      const path = join(folder, key + suffix);
      const sound = await readSound(path, limitBytes).catch(() => undefined);
      if (sound === undefined) {
        keys.delete(key);
        return undefined;
      }
      const now = new Date();
      utimes(path, now, now).catch(() => undefined);
      return sound;
    },
    async put(key, { samples, wide }) {
      const path = join(folder, key + suffix);
      const partial = join(folder, `${newId()}.partial`);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        const kinds = wide === undefined ? [samples] : [samples, wide];
        const bytes = Buffer.concat([...kinds.map(bytesOf), Uint8Array.of(kinds.length - 1)]);
        await writeFile(partial, [bytes, checkOf(bytes)]);
        await rename(partial, path);
        keys.add(key);
        totalBytes += bytes.length + checkBytes;
        if (totalBytes > limitBytes) await makeRoom();
      } catch (error) {
        await rm(partial, { force: true }).catch(() => undefined);
        if (!warned) log.warn({ folder, error: String(error) }, "speech cannot be kept on disk");
        warned = true;
      }
    },
  };
}

/** Undefined: the file is not as it was written, or larger than the whole cache may be. */
async function readSound(path: string, limitBytes: number): Promise<Sound | undefined> {
  const facts = await stat(path);
  if (!facts.isFile() || facts.size > limitBytes) return undefined;
  const file = await readFile(path);
  const [checked, check] = [file.subarray(0, -checkBytes), file.subarray(-checkBytes)];
  if (!check.equals(checkOf(checked))) return undefined;
  const bytes = checked.subarray(0, -1);
  if (checked.at(-1) === 0) return bytes.length % 2 === 0 ? { samples: samplesOf(bytes) } : undefined;
  const narrowBytes = bytes.length / 3;
  if (narrowBytes % 2 !== 0) return undefined;
  return { samples: samplesOf(bytes.subarray(0, narrowBytes)), wide: samplesOf(bytes.subarray(narrowBytes)) };
}

function samplesOf(bytes: Uint8Array): Int16Array<SharedArrayBuffer> {
  const samples = new Int16Array(new SharedArrayBuffer(bytes.length));
  new Uint8Array(samples.buffer).set(bytes);
  return samples;
}

function bytesOf({ buffer, byteOffset, byteLength }: Int16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function checkOf(bytes: Uint8Array): Buffer {
  const check = Buffer.alloc(checkBytes);
  check.writeUInt32LE(crc32(bytes));
  return check;
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
