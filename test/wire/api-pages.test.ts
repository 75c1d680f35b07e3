import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { createLogger } from "../../src/kernel/index.ts";
import { createPages } from "../../src/pages/index.ts";
import { startApi } from "./api-harness.ts";

async function startWithPages(t: TestContext, basePath = "") {
  const folder = await mkdtemp(join(tmpdir(), "offhook-pages-"));
  await writeFile(join(folder, "index.html"), "<p>hello");
  await writeFile(join(folder, "broken.js"), "import 'not-there';");
  const lines: string[] = [];
  const log = createLogger({ level: "warn", write: (line) => void lines.push(line) });
  const harness = await startApi({ pages: createPages(folder), basePath, log });
  t.after(async () => {
    await harness.close();
    await rm(folder, { recursive: true });
  });
  return { url: harness.api.url, lines };
}

test("a folder's pages are served where no operation is", async (t) => {
  const { url } = await startWithPages(t);
  const page = await fetch(`${url}/?from=somewhere`);
  const operation = await fetch(`${url}/sip-media-applications`);
  const missing = await fetch(`${url}/missing.html`);

  assert.deepEqual([page.status, page.headers.get("content-type")], [200, "text/html; charset=utf-8"]);
  assert.equal(await page.text(), "<p>hello");
  assert.deepEqual([operation.status, operation.headers.get("content-type")], [200, "application/json"]);
  assert.deepEqual([missing.status, missing.headers.get("content-type")], [404, "application/json"]);
});

test("pages are below the API's own path, and answer GET and HEAD only", async (t) => {
  const { url } = await startWithPages(t, "/chime");
  const head = await fetch(`${url}/`, { method: "HEAD" });
  const post = await fetch(`${url}/`, { method: "POST", body: "{}" });
  const outside = await fetch(new URL("/", url));

  assert.deepEqual([head.status, head.headers.get("content-length"), await head.text()], [200, "8", ""]);
  assert.equal(post.status, 404);
  assert.equal(outside.status, 404);
});

test("a script that cannot be bundled says why on the page, and in the log", async (t) => {
  const { url, lines } = await startWithPages(t);
  const script = await fetch(`${url}/broken.js`);

  assert.equal(script.headers.get("content-type"), "text/javascript; charset=utf-8");
  assert.match(await script.text(), /Could not resolve/);
  assert.match(lines.join(""), /"a script of a page cannot be bundled"/);
});

test("a page of another host is none of ours", async (t) => {
  const { url } = await startWithPages(t);
  const answer = await fetch(`${url}/`, { headers: { origin: "http://evil.example" } });

  assert.equal(answer.status, 403);
});
