import type { Clock, Logger } from "../kernel/index.ts";
import {
  answerWhileAway,
  createFolderStore,
  createS3Store,
  joinStores,
  loadS3Client,
  type ObjectStore,
} from "../objects/index.ts";
import type { Config } from "./config/config.ts";

/** What the stores are opened with. */
interface Parts {
  readonly config: Pick<Config, "objectsFolder" | "createBuckets" | "s3">;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Opens the stores of prompts and recordings: buckets in S3 as they are configured, all others in the folder. */
export async function openObjects({ config, clock, log }: Parts): Promise<ObjectStore> {
  // It takes a second of a processor, for which no caller shall wait.
  if (config.s3.length > 0) await loadS3Client();
  const stores = config.s3.map((settings) => {
    const { buckets, staleMs, endpoint = "S3 of AWS" } = settings;
    return { buckets, store: answerWhileAway(createS3Store(settings), { name: endpoint, staleMs, clock, log }) };
  });
  return joinStores(stores, createFolderStore(config.objectsFolder, { createsBuckets: config.createBuckets }));
}
