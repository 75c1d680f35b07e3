import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { access, copyFile, mkdir, open, realpath, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { AppError, errorCode, errorMessage } from "../kernel/index.ts";
import { badName, objectPath } from "./object-path.ts";
import { sidecarPath } from "./sidecar.ts";
import type { ObjectMetadata, Prepared } from "./types.ts";

/** Errors that go away by themselves, or by what an operator does elsewhere. */
const passing = new Set(["ENOSPC", "EDQUOT", "EMFILE", "ENFILE", "EIO", "EBUSY", "ETIMEDOUT"]);

/** The folder of a store, and what it does with buckets that are missing. Contract: records-buckets-that-are-missing */
export interface StoreFolder {
  readonly root: string;
  readonly createsBuckets: boolean;
  /** Buckets that were made here, and of which nobody was told. */
  readonly madeBuckets: Set<string>;
}

/** Moves a file into the folder store; see `ObjectStore.put`. On one file system it is renamed, else copied to a hidden name
 * (`.<uuid>.part`) beside its place first, so that a reader sees the whole object or none. */
export async function putFile(
  folder: StoreFolder,
  bucket: string,
  key: string,
  fromFile: string,
  metadata: ObjectMetadata,
): Promise<void> {
  await reach(folder, bucket, key, async (path) => {
    await makeFolder(folder, bucket, key, path);
    // First, so that a reader who sees the object sees its metadata.
    await writeSidecar(path, metadata);
    await moveInto(fromFile, path);
  });
}

/** Makes the folders of an object and looks whether it could be written there; see `ObjectStore.prepare`. */
export async function prepareFile(folder: StoreFolder, bucket: string, key: string): Promise<Prepared> {
  await reach(folder, bucket, key, async (path) => {
    await makeFolder(folder, bucket, key, path);
    await access(dirname(path), constants.W_OK | constants.X_OK);
  });
  return { madeBucket: folder.madeBuckets.delete(bucket) ? join(folder.root, bucket) : undefined };
}

/** Removes a file and what belongs to it; see `ObjectStore.delete`. */
export function deleteFile(folder: StoreFolder, bucket: string, key: string): Promise<void> {
  return reach(folder, bucket, key, async (path) => {
    await rm(path, { force: true });
    await rm(sidecarPath(path), { force: true });
  });
}

/** Runs `act` with the path of an object and turns errors of the system into errors of this room. */
async function reach(
  { root }: StoreFolder,
  bucket: string,
  key: string,
  act: (path: string) => Promise<void>,
): Promise<void> {
  const path = objectPath(root, bucket, key);
  if (path === undefined) throw badName(bucket, key, "it names a folder");
  try {
    await act(path);
  } catch (error) {
    const code = errorCode(error);
    if (code === "OBJECTS_BAD_NAME" || code === "OBJECTS_NO_BUCKET") throw error;
    throw new AppError(
      "OBJECTS_WRITE_FAILED",
      `"${key}" of bucket "${bucket}" cannot be written: ${errorMessage(error)}`,
      {
        cause: error,
        details: { bucket, key, code },
        retry: code !== undefined && passing.has(code) ? "later" : "never",
      },
    );
  }
}

/** Makes the folders of an object, and refuses links that lead out of the root. */
async function makeFolder(folder: StoreFolder, bucket: string, key: string, path: string): Promise<void> {
  const { root } = folder;
  await mkdir(root, { recursive: true });
  await makeBucket(folder, bucket);
  const realRoot = await realpath(root);
  let parent = realRoot;
  for (const part of relative(root, dirname(path)).split(sep)) {
    const next = join(parent, part);
    await mkdir(next).catch((error: unknown) => {
      if (errorCode(error) !== "EEXIST") throw error;
    });
    parent = await realpath(next);
    if (!parent.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep)) {
      throw badName(bucket, key, "a link leads out of the store");
    }
  }
}

async function makeBucket({ root, createsBuckets, madeBuckets }: StoreFolder, bucket: string): Promise<void> {
  const folder = join(root, bucket);
  try {
    if (createsBuckets) {
      await mkdir(folder);
      madeBuckets.add(bucket);
    } else await access(folder);
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT") throw noBucket(bucket, folder);
    if (code !== "EEXIST") throw error;
  }
}

function noBucket(bucket: string, folder: string): AppError {
  return new AppError(
    "OBJECTS_NO_BUCKET",
    `There is no bucket "${bucket}": make the folder ${folder}, or set objects.createBuckets to true`,
    { details: { bucket }, retry: "later" },
  );
}

async function writeSidecar(path: string, metadata: ObjectMetadata): Promise<void> {
  const sidecar = sidecarPath(path);
  if (Object.keys(metadata).length === 0) return rm(sidecar, { force: true });
  const part = partPath(path);
  try {
    await writeFile(part, `${JSON.stringify(metadata, undefined, 2)}\n`, { flag: "wx" });
    await rename(part, sidecar);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function moveInto(fromFile: string, path: string): Promise<void> {
  try {
    return await rename(fromFile, path);
  } catch (error) {
    if (errorCode(error) !== "EXDEV") throw error;
  }
  const part = partPath(path);
  try {
    await copyFile(fromFile, part, constants.COPYFILE_EXCL);
    const copy = await open(part, "r+");
    try {
      await copy.datasync();
    } finally {
      await copy.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  await rm(fromFile, { force: true });
}

function partPath(path: string): string {
  return join(dirname(path), `.${randomUUID()}.part`);
}
