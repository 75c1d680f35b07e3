import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import {
  createFolderStore,
  createS3Store,
  joinStores,
  type ObjectStore,
  type S3Settings,
} from "../../src/objects/index.ts";

import type { Speech } from "../../src/speech/index.ts";
import { heardTone, storedTone } from "./call-scene.ts";
import { timedFunctionTest } from "./function-kit.ts";
import { assertTones } from "./heard.ts";

/** A server with the S3 API that is not ours. It has no types, and one key: S3RVER. */
const S3rver = createRequire(import.meta.url)("@20minutes/s3rver") as new (options: object) => {
  run(): Promise<AddressInfo>;
  close(): Promise<void>;
};
const credentials = { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" };

const folder = await mkdtemp(join(tmpdir(), "offhook-objects-"));
const s3 = new S3rver({
  ...{ port: 0, address: "127.0.0.1", silent: true, directory: join(folder, "s3") },
  configureBuckets: ["prompts", "recordings"].map((name) => ({ name })),
});
const endpoint = `http://127.0.0.1:${(await s3.run()).port}`;
const settings = (changes: Partial<S3Settings> = {}): S3Settings => ({
  ...{ buckets: ["*"], region: "us-east-1", endpoint, pathStyle: true, credentials, profile: undefined },
  ...{ encryption: undefined, kmsKeyId: undefined, checksums: "when-required", staleMs: 0, ...changes },
});
after(async () => {
  await s3.close();
  await rm(folder, { recursive: true, force: true });
});

describe("objects", () => {
  before(async () => {
    await mkdir(join(folder, "plain", "prompts"), { recursive: true });
    await mkdir(join(folder, "plain", "recordings"));
  });

  const stores: Readonly<Record<string, () => ObjectStore>> = {
    "a folder": () => createFolderStore(join(folder, "plain"), { createsBuckets: false }),
    "an S3 server": () => createS3Store(settings()),
  };
  let files = 0;
  const aFile = async (content: string | Uint8Array): Promise<string> => {
    const path = join(folder, `file-${++files}`);
    await writeFile(path, content);
    return path;
  };

  for (const [kind, open] of Object.entries(stores)) {
    describe(`in ${kind}`, () => {
      const use = (body: (store: ObjectStore) => Promise<void>) => async () => {
        const store = open();
        try {
          await body(store);
        } finally {
          await store.close();
        }
      };

      it(
        "are what was put, with its metadata, and the file is gone",
        use(async (store) => {
          const content = randomBytes(300_001);
          const path = await aFile(content);
          const metadata = { "transaction-id": "tx-1", "recording-duration": "19" };
          assert.deepEqual(await store.prepare("recordings", "2026/11/29/a b+ü.wav"), { madeBucket: undefined });
          await store.put("recordings", "2026/11/29/a b+ü.wav", path, metadata);

          const found = await store.get("recordings", "2026/11/29/a b+ü.wav");
          assert.ok(found !== undefined && content.equals(found.bytes));
          const head = await store.head("recordings", "2026/11/29/a b+ü.wav");
          assert.deepEqual([head?.sizeBytes, head?.version], [content.length, found.version]);
          assert.deepEqual(await store.metadata("recordings", "2026/11/29/a b+ü.wav"), metadata);
          await assert.rejects(stat(path), { code: "ENOENT" });
        }),
      );

      it(
        "have another version when they change, and the same when they do not",
        use(async (store) => {
          await store.put("prompts", "hello.wav", await aFile("one"), {});
          const before = await store.head("prompts", "hello.wav");
          assert.equal((await store.head("prompts", "hello.wav"))?.version, before?.version);
          await store.put("prompts", "hello.wav", await aFile("two"), {});
          assert.notEqual((await store.head("prompts", "hello.wav"))?.version, before?.version);
        }),
      );

      it(
        "are absent where there is no key or no bucket, and after they were deleted",
        use(async (store) => {
          await store.put("prompts", "gone.wav", await aFile("x"), {});
          await store.delete("prompts", "gone.wav");
          for (const [bucket, key] of [
            ["prompts", "gone.wav"],
            ["prompts", "never.wav"],
            ["no-such-bucket", "a.wav"],
          ] as const) {
            assert.equal(await store.head(bucket, key), undefined);
            assert.equal(await store.get(bucket, key), undefined);
          }
        }),
      );

      it(
        "are not put where there is no bucket, which is said before and after",
        use(async (store) => {
          const path = await aFile("kept");
          await assert.rejects(store.prepare("no-such-bucket", "a.wav"), { code: "OBJECTS_NO_BUCKET" });
          await assert.rejects(store.put("no-such-bucket", "a.wav", path, {}), { code: "OBJECTS_NO_BUCKET" });
          assert.equal(await readFile(path, "utf8"), "kept");
        }),
      );

      it(
        "have no names that lead elsewhere, or that no server takes",
        use(async (store) => {
          for (const [bucket, key] of [
            ["..", "a"],
            ["prompts", "../recordings/a"],
            ["prompts", "a/./b"],
            ["prompts", ""],
            ["", "a"],
            ["a/b", "c"],
            ["prompts", "k".repeat(1_025)],
          ] as const) {
            await assert.rejects(store.head(bucket, key), { code: "OBJECTS_BAD_NAME" }, `${bucket} ${key}`);
            await assert.rejects(store.get(bucket, key), { code: "OBJECTS_BAD_NAME" }, `${bucket} ${key}`);
          }
        }),
      );
    });
  }

  it("of buckets that are named are in their store, those of all others in the rest", async () => {
    const rest = createFolderStore(join(folder, "rest"));
    const store = joinStores([{ buckets: ["recordings", "tenant-*"], store: createS3Store(settings()) }], rest);
    await store.put("recordings", "joined.wav", await aFile("s3"), {});
    await store.put("other", "joined.wav", await aFile("folder"), {});

    assert.deepEqual(await readdir(join(folder, "rest")), ["other"]);
    assert.equal(store.path("recordings", "a.wav"), "s3://recordings/a.wav");
    assert.equal(store.path("tenant-7", "a.wav"), "s3://tenant-7/a.wav");
    assert.equal(store.path("tenant", "a.wav"), join(folder, "rest", "tenant", "a.wav"));
    await store.close();
  });

  describe("of an S3 server that does not serve them", () => {
    const asked: { method: string | undefined; headers: Record<string, unknown> }[] = [];
    let answer: (method: string | undefined) => { status: number; code?: string; message?: string };
    let server: Server;
    let away = "";
    before(async () => {
      server = createServer((request, response) => {
        request.resume().on("end", () => {
          asked.push({ method: request.method, headers: request.headers });
          const { status, code, message = "no" } = answer(request.method);
          if (status === 0) request.socket.destroy();
          else {
            const body = code === undefined ? "" : `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
            response
              .writeHead(status, { "content-type": "application/xml" })
              .end(request.method === "HEAD" ? "" : body);
          }
        });
      });
      await once(server.listen(0, "127.0.0.1"), "listening");
      away = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    after(() => {
      server.closeAllConnections();
      server.close();
    });

    it("are told to be unavailable, and what was to be put is kept for the next try", async () => {
      for (const status of [0, 403, 500, 503]) {
        answer = () => ({ status, ...(status === 403 ? { code: "AccessDenied" } : {}) });
        const store = createS3Store(settings({ endpoint: away }));
        const code = status === 403 ? "OBJECTS_UNAVAILABLE" : "OBJECTS_AWAY";
        await assert.rejects(store.head("prompts", "a.wav"), { code, retry: "later" });
        await assert.rejects(store.get("prompts", "a.wav"), { code });
        const path = await aFile("kept");
        // A recording goes on: the store may be back at its end, and who may put need not be allowed to ask for the bucket.
        await store.prepare("recordings", "a.wav");
        await assert.rejects(store.put("recordings", "a.wav", path, {}), {
          code: "OBJECTS_WRITE_FAILED",
          retry: "later",
        });
        assert.equal(await readFile(path, "utf8"), "kept");
        await store.close();
      }
    });

    it("are refused with the setting that helps where the server does not know the form of checksums", async () => {
      const message = "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, or a valid sha256 value.";
      answer = () => ({ status: 400, code: "InvalidArgument", message });
      const store = createS3Store(settings({ endpoint: away, checksums: "when-supported" }));
      await assert.rejects(store.put("recordings", "a.wav", await aFile("kept"), {}), {
        code: "OBJECTS_WRITE_FAILED",
        message: /valid sha256 value\. Right may be checksums: when-required/,
      });
      await store.close();
    });

    it("leave the settings as they are, which a reload compares", async () => {
      answer = () => ({ status: 200 });
      const own = settings({ endpoint: away, credentials: { ...credentials } });
      const store = createS3Store(own);
      await store.put("recordings", "a.wav", await aFile("sound"), {});
      assert.deepEqual(own.credentials, credentials);
      await store.close();
    });

    it("are asked for with the encryption and the type that the settings say", async () => {
      answer = () => ({ status: 200 });
      const store = createS3Store(settings({ endpoint: away, encryption: "aws:kms", kmsKeyId: "key-1" }));
      asked.length = 0;
      await store.put("recordings", "a.wav", await aFile("sound"), { "call-id": "c" });
      const [{ headers } = assert.fail("nothing came")] = asked;
      assert.equal(headers["x-amz-server-side-encryption"], "aws:kms");
      assert.equal(headers["x-amz-server-side-encryption-aws-kms-key-id"], "key-1");
      assert.deepEqual([headers["content-type"], headers["x-amz-meta-call-id"]], ["audio/wav", "c"]);
      await store.close();
    });
  });
});

const store = { buckets: ["*"], endpoint, checksums: "when-required" };
/** Nothing is said in this call. */
const noSpeech = async () => Promise.reject(new Error("there is no speech here"));
const silentSpeech: Speech = {
  ...{ synthesize: noSpeech, begin: noSpeech, prepare: () => undefined },
  ...{ warmUp: async () => undefined, close: async () => undefined },
};
const answering = `export const handler = async ({ InvocationEventType, ActionData }) => {
  const source = { Type: "S3", BucketName: "prompts", Key: "menu.wav" };
  const destination = { Type: "S3", BucketName: "recordings", Prefix: "said" };
  if (InvocationEventType === "NEW_INBOUND_CALL") return { SchemaVersion: "1.0", Actions: [
    { Type: "PlayAudio", Parameters: { AudioSource: source } },
    { Type: "RecordAudio", Parameters: { DurationInSeconds: "1", RecordingTerminators: ["#"], RecordingDestination: destination } },
  ] };
  if (ActionData?.Type === "RecordAudio") console.log(ActionData.RecordingDestination.Key);
  return { SchemaVersion: "1.0", Actions: [{ Type: "Hangup", Parameters: {} }] };
};`;

// Contract: leniency-audio-changed
timedFunctionTest(
  "a call hears a prompt out of S3, a changed one at the next play, and what is said in it is put there",
  {
    files: { "app.mjs": answering },
    speech: silentSpeech,
    config: {
      objects: { s3: [{ ...store, accessKeyId: "S3RVER", secretAccessKey: "S3RVER" }] },
    },
  },
  async (kit) => {
    const direct = createS3Store(settings());
    const path = join(folder, "prompt.wav");
    for (const frequencyHz of [440, 880]) {
      await writeFile(path, storedTone(frequencyHz, 400));
      await direct.put("prompts", "menu.wav", path, {});
      const calls = kit.facts.filter(({ type }) => type === "call-ended").length;
      const report = await kit.phone.dial(kit.uri()).ended;
      await kit.untilEnded(calls + 1);
      assertTones(report.heard, [heardTone(frequencyHz, 400)]);
    }
    await kit.untilPrinted("both keys", (lines) => lines.length === 2);

    for (const { line } of kit.output) {
      assert.match(line, /^said\/.+\.wav$/);
      const found = await direct.get("recordings", line);
      assert.equal(Buffer.from(found?.bytes ?? []).toString("latin1", 0, 4), "RIFF");
      assert.match((await direct.metadata("recordings", line))["recording-sha256"] ?? "", /^[0-9a-f]{64}$/);
    }
    await direct.close();
  },
);
