/** The objects room: prompts and recordings by bucket and key. */
export { answerWhileAway } from "./answer-while-away.ts";
export { createFolderStore } from "./folder-store.ts";
export { createS3Store, loadS3Client } from "./s3-store.ts";
export type { S3Settings } from "./s3-settings.ts";
export { joinStores } from "./stores-by-bucket.ts";
export { objectsErrors } from "./errors.ts";
export type { ObjectMetadata, ObjectStore, StoredObject } from "./types.ts";
