import { constants, statSync, type BigIntStats } from "node:fs";
import { open, readFile, realpath, stat, type FileHandle } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { AppError, errorCode, errorMessage } from "../kernel/index.ts";
import { badName, objectPath } from "./object-path.ts";
import { deleteFile, prepareFile, putFile, type StoreFolder } from "./put-file.ts";
import { createQuickFolders } from "./quick-folders.ts";
import { sidecarPath } from "./sidecar.ts";
import type { FolderStoreOptions, ObjectMetadata, ObjectPart, ObjectStore } from "./types.ts";

/** What the file system says when there is simply no such file. */
const absent = new Set(["ENOENT", "ENOTDIR", "ENAMETOOLONG", "EISDIR"]);

/** Objects as files: `<root>/<bucket>/<key>`. Metadata lies beside, in `.<name>.metadata.json`. A root or bucket that does not exist has no objects. Links are followed only
 * while they stay below the root. The version of an object is its size, its times of
 * change and which file it is: one that replaces another may be as long and have the same time of content.
 * @param root absolute path of the folder */
export function createFolderStore(root: string, { createsBuckets = true }: FolderStoreOptions = {}): ObjectStore {
  const folder: StoreFolder = { root, createsBuckets, madeBuckets: new Set() };
  const quick = createQuickFolders();
  /** The real path of the root with a slash at its end, as it was last seen. */
  let knownRoot: string | undefined;

  /** The real path of the object; undefined when there is none. */
  const find = async (bucket: string, key: string): Promise<string | undefined> => {
    const path = objectPath(root, bucket, key);
    if (path === undefined) return undefined;
    const realFile = await realpath(path);
    if (knownRoot !== undefined && realFile.startsWith(knownRoot)) return realFile;
    const realRoot = await realpath(root);
    knownRoot = realRoot.endsWith(sep) ? realRoot : realRoot + sep;
    if (realFile.startsWith(knownRoot)) return realFile;
    throw badName(bucket, key, "a link leads out of the store");
  };

  return {
    head: (bucket, key) =>
      orAbsent(bucket, key, async () => {
        const path = objectPath(root, bucket, key);
        if (path === undefined) return undefined;
        // One question to the file system, since each delays a playback: where it answers at once, without a turn of Node's threads. That no link
        // leads out is seen when it is read.
        const found = quick.has(dirname(path)) ? statSync(path, { bigint: true }) : await stat(path, { bigint: true });
        return found.isFile() ? { version: versionOf(found), sizeBytes: Number(found.size) } : undefined;
      }),
    get: (bucket, key, part) =>
      orAbsent(bucket, key, async () => {
        const path = await find(bucket, key);
        if (path === undefined) return undefined;
        // Non-blocking, since opening a pipe would block for ever.
        const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
        try {
          const found = await file.stat({ bigint: true });
          if (!found.isFile()) return undefined;
          const bytes = part === undefined ? await file.readFile() : await readPart(file, part);
          return { bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), version: versionOf(found) };
        } finally {
          await file.close();
        }
      }),
    path: (bucket, key) => join(root, bucket, key),
    prepare: (bucket, key) => prepareFile(folder, bucket, key),
    put: (bucket, key, fromFile, metadata) => putFile(folder, bucket, key, fromFile, metadata),
    async metadata(bucket, key) {
      const found = await orAbsent(bucket, key, async () => {
        const path = await find(bucket, key);
        return path === undefined ? undefined : readFile(sidecarPath(path), "utf8");
      });
      return found === undefined ? {} : (JSON.parse(found) as ObjectMetadata);
    },
    async delete(bucket, key) {
      const path = await orAbsent(bucket, key, () => find(bucket, key));
      if (path !== undefined) await deleteFile(folder, bucket, key);
    },
    close: async () => undefined,
  };
}

async function readPart(file: FileHandle, { start, length }: ObjectPart): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start);
  return buffer.subarray(0, bytesRead);
}

async function orAbsent<T>(bucket: string, key: string, look: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    const code = errorCode(error);
    if (code === "OBJECTS_BAD_NAME") throw error;
    if (code !== undefined && absent.has(code)) return undefined;
    throw new AppError("OBJECTS_UNAVAILABLE", `"${key}" of bucket "${bucket}" cannot be read: ${errorMessage(error)}`, {
      cause: error,
      details: { bucket, key, code },
      retry: "later",
    });
  }
}

function versionOf(found: BigIntStats): string {
  return [found.size, found.mtimeNs, found.ctimeNs, found.ino].map((number) => number.toString(16)).join("-");
}
