/** Longest prefix. Contract: actions-record-audio */
const longestPrefix = 979;
/** Characters that object keys may have everywhere. */
const safe = /^[\w!.*'()/-]*$/;

/** The folder that a prefix names, as a function sends it: with a slash at its end, empty for the root of the bucket. "name/" and "name" are the
 * same; slashes that would make empty names go. undefined: not safe in a key, too long, or with `..`. Contract: actions-record-audio-prefix */
export function readRecordingFolder(prefix: string): string | undefined {
  const parts = prefix.split("/").filter((part) => part !== "");
  const isSafe = prefix.length <= longestPrefix && safe.test(prefix) && !parts.some((part) => /^\.\.?$/.test(part));
  return isSafe ? parts.map((part) => `${part}/`).join("") : undefined;
}

/** Whether this can be the name of a bucket. */
export function isBucketName(name: string | undefined): name is string {
  return name !== undefined && /^[\w.-]{1,255}$/.test(name) && !/^\.\.?$/.test(name);
}
