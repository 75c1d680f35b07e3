import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { pictures } from "../browser/console/pictures.ts";
import { packageRoot } from "../../src/kernel/index.ts";

const folder = join(packageRoot(), "dist/console");
const sourceFolder = join(packageRoot(), "console");
/** Of the first load, compressed. */
const mostBytes = 200_000;

const textOf = (name: string) => readFile(join(folder, name), "utf8");

/** A script with those that it imports at once. */
async function withImports(name: string, found = new Set<string>()): Promise<ReadonlySet<string>> {
  if (found.has(name)) return found;
  found.add(name);
  const script = await textOf(name);
  for (const [, other = ""] of script.matchAll(/(?:from|import)"\.\/([\w.-]+\.js)"/g)) await withImports(other, found);
  return found;
}

test("the first load of the console is under 200 KB compressed, its fonts included", async () => {
  const html = await textOf("index.html");
  const named = [...html.matchAll(/(?:src|href)="\/console\/([^"]+)"/g)].map(([, name = ""]) => name);
  const scripts = await Promise.all(named.filter((name) => name.endsWith(".js")).map((name) => withImports(name)));
  const fonts = (await readdir(folder)).filter((name) => /^geist(-mono)?-latin-wght-normal-/.test(name));
  const first = new Set(["index.html", ...named, ...fonts, ...scripts.flatMap((names) => [...names])]);
  const sizes = await Promise.all([...first].map(async (name) => gzipSync(await readFile(join(folder, name))).length));
  const total = sizes.reduce((sum, size) => sum + size, 0);

  assert.ok(named.length >= 4 && fonts.length === 2);
  assert.ok(total > 20_000 && total < mostBytes, `${total} bytes in ${[...first].join(", ")}`);
});

test("the page loads nothing from elsewhere, and has no script or style of its own in the HTML", async () => {
  const html = await textOf("index.html");

  assert.doesNotMatch(html, /https?:\/\//);
  assert.doesNotMatch(html, /<style|style="|\son\w+="|<script(?![^>]*src=)/);
  const styles = (await readdir(folder)).filter((name) => name.endsWith(".css"));
  for (const name of styles) assert.doesNotMatch(await textOf(name), /url\((?!"?\/console\/|"?data:)|@import/);
});

test("all that the console says is in words.ts", async () => {
  const names = (await readdir(sourceFolder, { recursive: true })).filter((name) => name.endsWith(".tsx"));
  const problems: string[] = [];
  for (const name of names) {
    const text = (await readFile(join(sourceFolder, name), "utf8")).replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, "");
    const shown = [...text.matchAll(/>\s*([A-Za-z][a-z]+(?: [a-zA-Z]+)*)\s*<\//g)].map(([, words = ""]) => words);
    const attributes = [...text.matchAll(/(?:aria-label|title|placeholder|alt)="([^"]+)"/g)].map(
      ([, words = ""]) => words,
    );
    problems.push(...[...shown, ...attributes].map((words) => `${name}: ${words}`));
  }

  assert.ok(names.length > 20);
  assert.deepEqual(problems, []);
});

test("the pictures that the documents show are there", async () => {
  const there = await readdir(join(packageRoot(), "docs/images"));

  assert.deepEqual(
    pictures.map(({ name }) => `${name}.png`).filter((name) => !there.includes(name)),
    [],
  );
});
