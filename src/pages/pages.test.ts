import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { packageRoot } from "../kernel/index.ts";
import { bundleScript, createPages } from "./index.ts";

async function pagesOf(t: TestContext, files: Readonly<Record<string, string>>) {
  const root = await mkdtemp(join(tmpdir(), "offhook-pages-"));
  t.after(() => rm(root, { recursive: true, force: true }));
  const folder = join(root, "page");
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return { root, folder, pages: createPages(folder) };
}

test("a folder's index page is at its path, other files are by their names", async (t) => {
  const { pages } = await pagesOf(t, { "index.html": "<p>hello", "a b/index.html": "<p>inner", "style.css": "p {}" });

  assert.deepEqual(await pages.find("/"), { type: "text/html; charset=utf-8", body: Buffer.from("<p>hello") });
  assert.equal(String((await pages.find("/a%20b/"))?.body), "<p>inner");
  assert.equal((await pages.find("/style.css"))?.type, "text/css; charset=utf-8");
});

test("a script comes with what it imports, and as it is now", async (t) => {
  const { pages, folder } = await pagesOf(t, {
    "page.ts": 'import { word } from "./word.ts"; console.log(word as string);',
    "word.ts": 'export const word = "first";',
  });

  assert.match(String((await pages.find("/page.ts"))?.body), /"first"/);
  await writeFile(join(folder, "word.ts"), 'export const word = "second";');
  const [one, other] = await Promise.all([pages.find("/page.ts"), pages.find("/page.ts")]);
  assert.match(String(one?.body), /"second"/);
  assert.equal(one?.body, other?.body);
  assert.equal(one?.type, "text/javascript; charset=utf-8");
});

test("a script that imports what is not there says so on the page, with the place", async (t) => {
  const { pages } = await pagesOf(t, { "page.js": 'import "some-package-that-is-not-there";' });

  const found = await pages.find("/page.js");
  assert.match(found?.problem ?? "", /page\.js:1:7: ERROR: Could not resolve "some-package-that-is-not-there"/);
  assert.match(String(found?.body), /^document\.body\.prepend\("Build failed with 1 error/);
});

test("nothing outside of the folder is found, and no hidden file, whatever the path", async (t) => {
  const { root, folder, pages } = await pagesOf(t, {
    "index.html": "",
    ".env": "SECRET=1",
    "notes.xyz": "",
    "sub/x.txt": "",
  });
  await writeFile(join(root, "outside.txt"), "secret");
  await symlink(join(root, "outside.txt"), join(folder, "link.txt"));

  const paths = [
    ...["/../outside.txt", "/%2e%2e/outside.txt", "/..%2foutside.txt", "/sub/../../outside.txt", "/link.txt"],
    ...["/.env", "/sub", "/missing.html", "/notes.xyz", "/%", "/%00", "/..\\outside.txt", `/${"x/".repeat(5_000)}`, ""],
  ];
  for (const path of paths) assert.equal(await pages.find(path), undefined, path);
});

test("the official client for browsers is bundled without its chat client", async () => {
  const entry = join(packageRoot(), "node_modules/amazon-chime-sdk-js/build/index.js");
  const script = await bundleScript(entry);

  assert.match(script, /DefaultMeetingSession/);
  assert.doesNotMatch(script, /node:fs/);
});
