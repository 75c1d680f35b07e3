import { createReadStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { extname } from "node:path";
import { addAbortSignal, type Readable } from "node:stream";
import type * as sdkModule from "@aws-sdk/client-s3";
import type { HeadObjectCommandOutput, S3Client } from "@aws-sdk/client-s3";
import { AppError, errorCode, errorMessage, makeSdkClient } from "../kernel/index.ts";
import { badName } from "./object-path.ts";
import type { S3Settings } from "./s3-settings.ts";
import { readS3Error } from "./s3-errors.ts";
import type { ObjectMetadata, ObjectPart, ObjectStore, StoredObject } from "./types.ts";

/** Largest object that is read; prompts have 50 MB at most. */
const largestReadBytes = 64 * 1024 * 1024;
/** Most of a key, bytes, as in S3. */
const maxKeyBytes = 1_024;
const bucketName = /^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/;
/** Times of a request, milliseconds: for a connection, and for the answer to a question about a prompt, for which a caller waits. */
const connectMs = 3_000;
const questionMs = 5_000;
/** Longest time until a prompt is here, once its first bytes are, and how much of it each megabyte has, milliseconds. */
const longestGetMs = 30_000;
const getMsPerMegabyte = 2_000;
/** Time for putting a file, and more for each megabyte of it. What takes longer is tried again later. */
const putMs = 30_000;
const putMsPerMegabyte = 2_000;
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const mediaTypes: Readonly<Record<string, string>> = { ".wav": "audio/wav", ".json": "application/json" };

type Sdk = typeof sdkModule;
type Send = <Output>(
  act: (sdk: Sdk, client: S3Client, abortSignal: AbortSignal, deadline: Deadline) => Promise<Output>,
  limitMs?: number,
) => Promise<Output>;

/** Objects behind the S3 API. The client is loaded with the first request at the latest. The version of an object is its ETag. */
export function createS3Store(settings: S3Settings): ObjectStore {
  let loading: Promise<{ readonly sdk: Sdk; readonly client: S3Client }> | undefined;
  const send: Send = async (act, limitMs = questionMs) => {
    const { sdk, client } = await (loading ??= openClient(settings));
    const deadline = startDeadline(limitMs);
    try {
      return await act(sdk, client, deadline.signal, deadline);
    } catch (error) {
      throw deadline.signal.aborted ? deadline.signal.reason : error;
    } finally {
      deadline.cancel();
    }
  };
  const path = (bucket: string, key: string) => `s3://${bucket}/${key}`;

  /** undefined where there is no such object or bucket. */
  const read = async <Output>(bucket: string, key: string, act: () => Promise<Output>): Promise<Output | undefined> => {
    checkName(bucket, key);
    try {
      return await act();
    } catch (error) {
      const { kind, name } = readS3Error(error);
      if (kind === "no-object" || kind === "no-bucket") return undefined;
      if (errorCode(error) === "OBJECTS_TOO_LARGE") throw error;
      const message = `${path(bucket, key)} cannot be read: ${why(name, error)}`;
      const code = kind === "away" ? "OBJECTS_AWAY" : "OBJECTS_UNAVAILABLE";
      throw new AppError(code, message, { cause: error, details: { bucket, key }, retry: "later" });
    }
  };
  const write = async (bucket: string, key: string, act: () => Promise<void>): Promise<void> => {
    checkName(bucket, key);
    try {
      await act();
    } catch (error) {
      throw writeError(bucket, key, path(bucket, key), error);
    }
  };

  return {
    head: (bucket, key) =>
      read(bucket, key, async () => {
        const found = await send(({ HeadObjectCommand }, client, abortSignal) =>
          client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }), { abortSignal }),
        );
        return { version: versionOf(found), sizeBytes: found.ContentLength ?? 0 };
      }),
    get: (bucket, key, part) =>
      read(bucket, key, () =>
        send(async ({ GetObjectCommand }, client, abortSignal, deadline): Promise<StoredObject> => {
          const asked = { Bucket: bucket, Key: key, ...rangeOf(part) };
          const found = await client.send(new GetObjectCommand(asked), { abortSignal });
          const { ContentLength: sizeBytes = 0 } = found;
          // A caller hears nothing meanwhile.
          deadline.restart(Math.min(longestGetMs, questionMs + (sizeBytes / 1_000_000) * getMsPerMegabyte));
          const bytes = await readBytes(found.Body as Readable, path(bucket, key), abortSignal);
          return { bytes, version: versionOf(found) };
        }),
      ),
    path,
    async prepare(bucket, key) {
      await write(bucket, key, async () => {
        await send(async ({ GetObjectCommand }, client, abortSignal) => {
          // Of the ways to ask for a bucket, this is the one that every server tells a missing bucket from a missing object by.
          const first = { Bucket: bucket, Key: key, Range: "bytes=0-0" };
          const found = await client.send(new GetObjectCommand(first), { abortSignal });
          await readBytes(found.Body as Readable, path(bucket, key), abortSignal);
        }).catch((error: unknown) => {
          // Whoever may put objects need not be allowed to read them, and what is away now may be back at the end of the recording.
          if (readS3Error(error).kind === "no-bucket") throw error;
        });
      });
      return { madeBucket: undefined };
    },
    put: (bucket, key, fromFile, metadata) =>
      write(bucket, key, async () => {
        const { size } = await stat(fromFile);
        await send(
          ({ PutObjectCommand }, client, abortSignal) =>
            client.send(
              new PutObjectCommand({
                ...{ Bucket: bucket, Key: key, Body: createReadStream(fromFile), ContentLength: size },
                ...{ Metadata: { ...metadata }, ContentType: mediaTypes[extname(key)] ?? "application/octet-stream" },
                ...encryptionOf(settings),
              }),
              { abortSignal },
            ),
          putMs + (size / 1_000_000) * putMsPerMegabyte,
        );
        await rm(fromFile, { force: true });
      }),
    async metadata(bucket, key): Promise<ObjectMetadata> {
      const found = await read(bucket, key, () =>
        send(({ HeadObjectCommand }, client, abortSignal) =>
          client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }), { abortSignal }),
        ),
      );
      return found?.Metadata ?? {};
    },
    delete: (bucket, key) =>
      write(bucket, key, async () => {
        await send(({ DeleteObjectCommand }, client, abortSignal) =>
          client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }), { abortSignal }),
        );
      }),
    async close() {
      await loading?.then(({ client }) => client.destroy()).catch(() => undefined);
    },
  };
}

/** What no server takes is told before it is asked. */
function checkName(bucket: string, key: string): void {
  if (!bucketName.test(bucket)) throw badName(bucket, key, "the bucket is no name of S3");
  if (key === "") throw badName(bucket, key, "the key is empty");
  if (Buffer.byteLength(key) > maxKeyBytes) throw badName(bucket, key, `the key is over ${maxKeyBytes} bytes`);
  // A server that keeps files may follow them.
  if (key.split("/").some((part) => part === "." || part === ".."))
    throw badName(bucket, key, "it has . or .. as a part");
}

function writeError(bucket: string, key: string, path: string, error: unknown): unknown {
  if (errorCode(error)?.startsWith("OBJECTS_") === true) return error;
  const { kind, name } = readS3Error(error);
  const details = { bucket, key };
  if (kind === "no-bucket" || kind === "no-object") {
    const message = `There is no bucket "${bucket}" at the S3 store that objects.s3 names for it`;
    return new AppError("OBJECTS_NO_BUCKET", message, { cause: error, details, retry: "later" });
  }
  const message = `${path} cannot be written: ${why(name, error)}${checksumHint(error)}`;
  return new AppError("OBJECTS_WRITE_FAILED", message, { cause: error, details, retry: "later" });
}

/** What to set where a server does not know the form in which the client sends checksums; it names the header, or the value of it. */
function checksumHint(error: unknown): string {
  const isMeant = /x-amz-content-sha256|STREAMING-UNSIGNED-PAYLOAD-TRAILER|x-amz-sdk-checksum/i.test(
    errorMessage(error),
  );
  return isMeant ? " Right may be checksums: when-required in its entry of objects.s3" : "";
}

/** Name and words of an error; what the client makes up where the server says nothing is left out. */
function why(name: string, error: unknown): string {
  const words = errorMessage(error);
  return words === "UnknownError" || words === "Unknown" ? name : name === "Error" ? words : `${name}: ${words}`;
}

function rangeOf(part: ObjectPart | undefined) {
  return part === undefined ? {} : { Range: `bytes=${part.start}-${part.start + part.length - 1}` };
}

function encryptionOf({ encryption, kmsKeyId }: S3Settings) {
  if (encryption === undefined) return {};
  return { ServerSideEncryption: encryption, ...(kmsKeyId === undefined ? {} : { SSEKMSKeyId: kmsKeyId }) };
}

/** Reads a body. Throws `OBJECTS_TOO_LARGE`. */
async function readBytes(body: Readable, path: string, abortSignal: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of addAbortSignal(abortSignal, body) as AsyncIterable<Uint8Array>) {
    sizeBytes += chunk.length;
    if (sizeBytes > largestReadBytes) {
      throw new AppError("OBJECTS_TOO_LARGE", `${path} has more than ${largestReadBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** The ETag; a server without has the time of the last change. */
function versionOf({ ETag, LastModified, ContentLength }: Partial<HeadObjectCommandOutput>): string {
  return ETag ?? `${LastModified?.getTime() ?? 0}-${ContentLength ?? 0}`;
}

/** The time that a request has. */
interface Deadline {
  /** Aborted when it is over, with an error that says so. */
  readonly signal: AbortSignal;
  /** It begins anew. */
  restart(limitMs: number): void;
  cancel(): void;
}

function startDeadline(firstMs: number): Deadline {
  const abort = new AbortController();
  const start = (limitMs: number) => {
    const why = new Error(`there was no whole answer in ${Math.round(limitMs / 100) / 10} s`);
    const timer = setTimeout(() => abort.abort(why), limitMs);
    timer.unref();
    return timer;
  };
  let timer = start(firstMs);
  return {
    signal: abort.signal,
    restart(limitMs) {
      clearTimeout(timer);
      timer = start(limitMs);
    },
    cancel: () => clearTimeout(timer),
  };
}

/** Loads what every client needs. */
export async function loadS3Client() {
  const [sdk, { NodeHttpHandler }] = await Promise.all([
    import("@aws-sdk/client-s3"),
    import("@smithy/node-http-handler"),
  ]);
  return { sdk, NodeHttpHandler };
}

async function openClient(settings: S3Settings): Promise<{ readonly sdk: Sdk; readonly client: S3Client }> {
  const { sdk, NodeHttpHandler } = await loadS3Client();
  const { region, endpoint, pathStyle, credentials, profile, checksums } = settings;
  const kept = { keepAlive: true, maxSockets: 200 };
  const [httpAgent, httpsAgent] = [new HttpAgent(kept), new HttpsAgent(kept)];
  const mode = checksums === "when-required" ? "WHEN_REQUIRED" : "WHEN_SUPPORTED";
  const client = makeSdkClient(
    () =>
      new sdk.S3Client({
        // What it would print is in the errors.
        ...{ region, forcePathStyle: pathStyle, maxAttempts: 2, logger: silent },
        ...{ requestChecksumCalculation: mode, responseChecksumValidation: mode },
        requestHandler: new NodeHttpHandler({ connectionTimeout: connectMs, httpAgent, httpsAgent }),
        ...(endpoint === undefined ? {} : { endpoint }),
        // A copy: the client writes into it, and the configuration is compared with what it was.
        ...(credentials === undefined ? {} : { credentials: { ...credentials } }),
        ...(profile === undefined ? {} : { profile }),
      }),
  );
  return { sdk, client };
}

function ignore(): void {}
