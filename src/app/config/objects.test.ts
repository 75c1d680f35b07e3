import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { loadConfig } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "offhook-config-objects-"));
after(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "secret"), "hunter2\n");
writeFileSync(join(folder, "two"), "hunter2\nhunter3\n");

function load(stores: string) {
  writeFileSync(join(folder, "offhook.yaml"), `objects: { s3: ${stores} }\n`);
  return loadConfig({ mode: "production", environment: {}, folder }).s3;
}

function problemOf(stores: string): string {
  try {
    load(stores);
  } catch (error) {
    return (error as Error).message;
  }
  return assert.fail(`${stores} was taken`);
}

describe("objects.s3", () => {
  it("is a store of AWS with what the SDK finds, or another server with keys of its own", () => {
    const [aws, own] = load(
      '[{ buckets: [prompts] }, { buckets: ["*"], endpoint: http://127.0.0.1:9000, accessKeyId: me, secretAccessKeyFile: secret, region: eu-west-1, encryption: AES256, checksums: when-required, staleSeconds: 60 }]',
    );

    assert.deepEqual(aws, {
      ...{ buckets: ["prompts"], region: "us-east-1", endpoint: undefined, pathStyle: false, credentials: undefined },
      ...{
        profile: undefined,
        encryption: undefined,
        kmsKeyId: undefined,
        checksums: "when-supported",
        staleMs: 3_600_000,
      },
    });
    assert.deepEqual(own, {
      ...{ buckets: ["*"], region: "eu-west-1", endpoint: "http://127.0.0.1:9000/", pathStyle: true },
      ...{ credentials: { accessKeyId: "me", secretAccessKey: "hunter2" }, profile: undefined },
      ...{ encryption: "AES256", kmsKeyId: undefined, checksums: "when-required", staleMs: 60_000 },
    });
    assert.deepEqual(load("[]"), []);
  });

  it("has an id and a secret together, once, and tells no secret", () => {
    const problems: readonly [stores: string, problem: RegExp][] = [
      ["[{ buckets: [a], accessKeyId: me }]", /objects\.s3\[0\]\.accessKeyId: there is no secret for it/],
      ["[{ buckets: [a], secretAccessKey: hunter2 }]", /objects\.s3\[0\]: there is a secret and no accessKeyId/],
      [
        "[{ buckets: [a], accessKeyId: me, secretAccessKey: hunter2, secretAccessKeyFile: secret }]",
        /secretAccessKeyFile: there is secretAccessKey too/,
      ],
      ["[{ buckets: [a], accessKeyId: me, secretAccessKeyFile: two }]", /secretAccessKeyFile: it must be one line/],
      ["[{ buckets: [a], accessKeyId: me, secretAccessKeyFile: none }]", /secretAccessKeyFile: .* cannot be read/],
      [
        "[{ buckets: [a], accessKeyId: me, secretAccessKey: hunter2, profile: x }]",
        /profile: there is accessKeyId too/,
      ],
      ["[{ buckets: [a], kmsKeyId: k }]", /kmsKeyId: it is for encryption aws:kms/],
      ["[{ buckets: [a], endpoint: minio }]", /endpoint: found "minio", but it must be a URL/],
      ['[{ buckets: ["a/b"] }]', /the name of a bucket, or its beginning/],
      ["[{ buckets: [] }]", /a list of at least 1/],
      ["[{}]", /"buckets" is missing/],
      ["[{ buckets: [a], encryption: aes }]", /one of AES256, aws:kms/],
    ];
    for (const [stores, problem] of problems) {
      assert.match(problemOf(stores), problem);
      assert.doesNotMatch(problemOf(stores), /hunter/);
    }
  });
});
