import { errorCode, errorMessage, silentLogger } from "../../kernel/index.ts";
import { createS3Store, loadS3Client, type S3Settings } from "../../objects/index.ts";
import { whyNoDatabase } from "../../store/index.ts";
import type { Config } from "../config/types.ts";
import type { SetupFinding } from "./finding.ts";

/** What is asked for in a bucket; none has it. */
const absentKey = "offhook-check";

/** A PostgreSQL that does not answer, or may not be used; it is left as it is. */
export async function checkDatabase({ postgres }: Config): Promise<readonly SetupFinding[]> {
  if (postgres === undefined) return [];
  const what = await whyNoDatabase({ ...postgres, log: silentLogger });
  return what === undefined ? [] : [{ severity: "error", where: "store", what }];
}

/** Stores of S3 that do not answer, and buckets that are not there or may not be read. */
export async function checkS3({ s3 }: Pick<Config, "s3">): Promise<readonly SetupFinding[]> {
  if (s3.length === 0) return [];
  await loadS3Client();
  return (await Promise.all(s3.map((settings, index) => checkStore(settings, `objects.s3[${index}]`)))).flat();
}

async function checkStore(settings: S3Settings, where: string): Promise<readonly SetupFinding[]> {
  const store = createS3Store(settings);
  // Of names that are not whole it is only asked whether the store answers.
  const named = settings.buckets.filter((bucket) => !bucket.endsWith("*"));
  const buckets = named.length === 0 ? [`${(settings.buckets[0] ?? "").replace("*", "")}offhook-check`] : named;
  try {
    const found = await Promise.all(
      buckets.map(async (bucket): Promise<SetupFinding | undefined> => {
        try {
          await store.get(bucket, absentKey, { start: 0, length: 1 });
          if (named.length > 0) await store.prepare(bucket, absentKey);
          return undefined;
        } catch (error) {
          if (named.length === 0 && errorCode(error) !== "OBJECTS_AWAY") return undefined;
          return { severity: "error", where, what: `${errorMessage(error)}. ${rightWouldBe(settings, error)}` };
        }
      }),
    );
    // That the store is away is the same for all of its buckets.
    return found.flatMap((one) => one ?? []).slice(0, found.every((one) => one !== undefined) ? 1 : undefined);
  } finally {
    await store.close();
  }
}

function rightWouldBe({ endpoint = "AWS", region }: S3Settings, error: unknown): string {
  if (errorCode(error) === "OBJECTS_AWAY")
    return `Right would be an endpoint that answers from here (now: ${endpoint})`;
  if (errorCode(error) === "OBJECTS_NO_BUCKET")
    return `Right would be a bucket that there is at ${endpoint} in ${region}`;
  if (errorCode(error) === "OBJECTS_BAD_NAME")
    return "Right would be the name of a bucket, 3 to 63 characters of a-z, 0-9, - and .";
  return "Right would be credentials that may read and put its objects (accessKeyId, secretAccessKeyFile, profile)";
}
