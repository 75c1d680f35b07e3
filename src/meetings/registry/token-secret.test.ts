import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readTokenSecret } from "./token-secret.ts";

const inFolder = (body: (folder: string) => Promise<void>) => async () => {
  const folder = mkdtempSync(join(tmpdir(), "offhook-secret-"));
  try {
    await body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

describe("the secret of join tokens", () => {
  it(
    "is made once, in a folder that it makes, for its owner only, and is the same afterwards",
    inFolder(async (folder) => {
      const path = join(folder, "deep", "secret");
      const made = await Promise.all([1, 2, 3, 4].map(() => readTokenSecret(path)));
      const again = await readTokenSecret(path);

      assert.equal(again.length, 32);
      for (const one of made) assert.deepEqual(one, again);
      assert.notDeepEqual(again, await readTokenSecret(join(folder, "other")));
      assert.deepEqual(readdirSync(join(folder, "deep")), ["secret"]);
      assert.equal(statSync(path).mode & 0o077, 0);
    }),
  );

  it(
    "is refused when the file is not one of ours",
    inFolder(async (folder) => {
      const path = join(folder, "secret");
      for (const text of ["", "short\n", "z".repeat(64), `${"0".repeat(63)}\n`]) {
        writeFileSync(path, text);
        await assert.rejects(readTokenSecret(path), { code: "MEETINGS_BAD_SECRET", message: /64 hexadecimal digits/ });
      }
      await assert.rejects(readTokenSecret(folder), { code: "MEETINGS_BAD_SECRET" });
    }),
  );
});
