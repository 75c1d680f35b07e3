import { basename, dirname, join } from "node:path";

/** Where the metadata of the object at `path` lies: hidden beside it, `.<name>.metadata.json`, an object of strings. */
export function sidecarPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.metadata.json`);
}

/** Whether a file name is reserved for files that the store keeps beside objects: metadata, and copies in progress. No key may have such a name. */
export function isOwnName(name: string): boolean {
  return /^\.(?:.+\.metadata\.json|[0-9a-f-]{36}\.part)$/.test(name);
}
