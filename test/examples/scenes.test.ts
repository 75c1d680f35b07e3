import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, test } from "node:test";
import { packageRoot } from "../../src/kernel/index.ts";

// The tests that examples bring along are run as they are: by the package's own door, `offhook/testing`.
const folder = join(packageRoot(), "examples");
const files = readdirSync(folder, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith(".test.mjs"))
  .sort();
for (const file of files) {
  describe(`examples/${file}`, async () => {
    await import(pathToFileURL(join(folder, file)).href).catch((error: unknown) =>
      test("loads", () => Promise.reject(error as Error)),
    );
  });
}
