import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { analyse } from "scslre";
import { packageRoot } from "../../src/kernel/index.ts";
import { madePatterns, slowPatterns } from "./pattern-rules.ts";
import { repositoryFiles } from "./repository.ts";

const scripts = repositoryFiles().flatMap(({ path }) => {
  if (!path.startsWith("src/") || !path.endsWith(".ts") || path.endsWith(".test.ts")) return [];
  const built = join(packageRoot(), "dist", path.replace(/\.ts$/, ".js"));
  if (!existsSync(built)) return [];
  // That of a command or a thread has what it imports in front of its own (scripts/bundle.mjs).
  const own = readFileSync(built, "utf8").split(`\n// ${path}\n`).at(-1) ?? "";
  return [{ path, text: own }];
});

test("every source file is there as a built one", () => {
  assert.ok(scripts.length > 300, String(scripts.length));
});

test("no regular expression of the source takes more than linear time", () => {
  assert.deepEqual(
    scripts.flatMap(({ path, text }) => slowPatterns(path, text)),
    [],
  );
});

test("regular expressions are made at run time only of what cannot make them slow", () => {
  const made = scripts.flatMap(({ path, text }) => madePatterns(path, text));

  assert.deepEqual(
    made.filter((path) => !path.startsWith("src/testing/")),
    [
      // Only compiled, to learn why it cannot be; searched by src/call/pattern/pattern-search.ts.
      "src/actions/digits/input-pattern.ts",
      // One class, asked about one character at a time.
      "src/call/pattern/pattern-search.ts",
    ],
  );
});

test("the lines that we give to the grammar of session descriptions are matched in linear time", () => {
  const grammar = createRequire(import.meta.url)("sdp-transform/lib/grammar") as Record<string, { reg: RegExp }[]>;
  const given = ["rtpmap", "ptime", "maxptime", "rtcp", "sendrecv"];
  const rules = Object.values(grammar).flat();
  const used = rules.filter(({ reg }) => given.some((name) => reg.source.startsWith(`^${name}`)));

  assert.ok(used.length >= 3, String(used.length));
  for (const { reg } of used) assert.deepEqual(analyse({ source: reg.source, flags: reg.flags }).reports, [], `${reg}`);
});

test("the rule finds repetitions that share characters, and repetitions that are begun again at each", () => {
  assert.equal(slowPatterns("a.ts", "x(/^a\\s*\\s*b/);").length, 1);
  assert.equal(slowPatterns("a.ts", "x(/(?:a|aa)+$/);").length, 1);
  assert.match(slowPatterns("a.ts", "\nx(/\\s+$/);").join(), /^a\.ts:2 /);
  assert.deepEqual(slowPatterns("a.ts", "x(/^\\s*a\\s*b/);"), []);
  assert.deepEqual(madePatterns("a.ts", "new RegExp(text)"), ["a.ts"]);
});
