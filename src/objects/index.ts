/** The objects room: prompts and recordings by bucket and key. */
export { createFolderStore } from "./folder-store.ts";
export { objectsErrors } from "./errors.ts";
export type { ObjectMetadata, ObjectStore, StoredObject } from "./types.ts";
