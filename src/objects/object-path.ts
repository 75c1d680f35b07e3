import { join } from "node:path";
import { AppError } from "../kernel/index.ts";
import { isOwnName } from "./sidecar.ts";

/** Longest key, bytes of UTF-8, as in S3. */
const maxKeyBytes = 1024;
/** Characters that no name may have: NUL, and on Windows those with a meaning in its paths. */
const forbidden = process.platform === "win32" ? /[\0\\:*?"<>|]/ : /\0/;

/** Path of an object below `root`: `<root>/<bucket>/<key>`. Names are taken as they are: no percent decoding, no change
 * of case or Unicode form. A key that ends in a slash names no file, and gives undefined. Contract: records-buckets-are-folders,
 * records-names-that-leave
 * @throws AppError OBJECTS_BAD_NAME for what is empty or too long, or could leave the folder */
export function objectPath(root: string, bucket: string, key: string): string | undefined {
  if (bucket === "") throw badName(bucket, key, "the bucket is empty");
  if (key === "") throw badName(bucket, key, "the key is empty");
  if (Buffer.byteLength(key) > maxKeyBytes) throw badName(bucket, key, `the key is over ${maxKeyBytes} bytes`);
  if (/[/\\]/.test(bucket)) throw badName(bucket, key, "the bucket has a slash");
  const parts = key.split("/");
  if (parts.at(-1) === "") parts.pop();
  for (const part of [bucket, ...parts]) {
    if (part === "") throw badName(bucket, key, "the key begins with a slash or has an empty part");
    if (part === "." || part === "..") throw badName(bucket, key, `"${part}" is no name`);
    if (forbidden.test(part)) throw badName(bucket, key, "it has a character that no file can have");
  }
  if (isOwnName(parts.at(-1) ?? "")) throw badName(bucket, key, "the store keeps files of its own under such names");
  return key.endsWith("/") ? undefined : join(root, bucket, ...parts);
}

/** The error for a name that is not allowed. */
export function badName(bucket: string, key: string, why: string): AppError {
  return new AppError("OBJECTS_BAD_NAME", `The object "${key}" of bucket "${bucket}" cannot be: ${why}`, {
    details: { bucket, key },
  });
}
