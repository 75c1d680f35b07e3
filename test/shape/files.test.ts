import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  doorProblems,
  lockProblems,
  moduleStateProblems,
  nameProblems,
  purityProblems,
  sizeLimits,
  sizeProblems,
  socketProblems,
  textProblems,
} from "./file-rules.ts";
import { repositoryFiles } from "./repository.ts";

const files = repositoryFiles();
const textOf = (path: string): string => files.find((file) => file.path === path)?.text ?? "";
const lines = (count: number): string => "x();\n".repeat(count);

describe("files of this repository", () => {
  test("are found", () => {
    assert.ok(files.length > 20);
    assert.ok(files.some((file) => file.path === "src/kernel/index.ts"));
  });

  test("keep to their size, or scripts/size-exceptions.txt says why not", () => {
    assert.deepEqual(sizeProblems(files, textOf("scripts/size-exceptions.txt")), []);
  });

  test("have front doors with a docstring and named exports only", () => {
    assert.deepEqual(doorProblems(files), []);
  });

  test("have kebab-case names that say something", () => {
    assert.deepEqual(nameProblems(files), []);
  });

  test("keep no state at module level in src", () => {
    assert.deepEqual(moduleStateProblems(files), []);
  });

  test("ask in pure rooms neither the clock nor the system, and wait for nothing", () => {
    assert.deepEqual(purityProblems(files), []);
    for (const line of ["const at = Date.now();", "export async function step() {}", 'import { rm } from "node:fs";'])
      assert.equal(purityProblems([{ path: "src/call/a.ts", text: line }]).length, 1, line);
  });

  test("open sockets in test/wire and test/interop only", () => {
    assert.deepEqual(socketProblems(files), []);
  });

  test("hold no unfinished notes, machine paths, registry hosts or keys", () => {
    assert.deepEqual(textProblems(files), []);
  });

  test("include a lock file that names no download address", () => {
    assert.notEqual(textOf("package-lock.json"), "");
    assert.deepEqual(lockProblems(textOf("package-lock.json")), []);
  });
});

describe("the size rule", () => {
  test("names a source file and a test file that are too long", () => {
    const problems = sizeProblems(
      [
        { path: "src/sip/long.ts", text: lines(sizeLimits.source + 1) },
        { path: "src/sip/fits.ts", text: lines(sizeLimits.source) },
        { path: "src/sip/long.test.ts", text: lines(sizeLimits.test + 1) },
        { path: "src/sip/fits.test.ts", text: lines(sizeLimits.test) },
        { path: "docs/long.md", text: lines(2000) },
      ],
      "",
    );

    assert.equal(problems.length, 2);
    assert.match(problems.join("\n"), /src\/sip\/long\.ts has 401 lines[^]*src\/sip\/long\.test\.ts has 501 lines/);
  });

  test("accepts an exception with a reason, not one without, and names one that is no longer needed", () => {
    const long = [{ path: "src/sip/long.ts", text: lines(sizeLimits.source + 1) }];

    assert.deepEqual(sizeProblems(long, "# comment\nsrc/sip/long.ts one table, read as a whole\n"), []);
    assert.equal(sizeProblems(long, "src/sip/long.ts\n").length, 1);
    assert.match(sizeProblems([], "src/sip/long.ts a table\n").join(), /needs no excuse/);
  });
});

describe("the other file rules", () => {
  test("refuse a door without docstring, with a star, with a default or with nothing", () => {
    const door = (text: string): readonly string[] => doorProblems([{ path: "src/sip/index.ts", text }]);

    assert.match(door('export { a } from "./a.ts";').join(), /docstring/);
    assert.match(door('/** A. */\nexport * from "./a.ts";').join(), /export \*/);
    assert.match(door('/** A. */\nexport type * from "./a.ts";').join(), /export \*/);
    assert.match(door("/** A. */\nexport default a;").join(), /default export/);
    assert.match(door("/** A. */\n").join(), /exports nothing/);
    assert.deepEqual(door('/** A. */\nexport { a, type B } from "./a.ts";'), []);
  });

  test("refuse vague and crooked names", () => {
    const named = (path: string): number => nameProblems([{ path, text: "" }]).length;

    assert.equal(named("src/sip/utils.ts"), 1);
    assert.equal(named("src/common/a.ts"), 1);
    assert.equal(named("src/sip/helpers.test.ts"), 1);
    assert.equal(named("src/sip/userAgent.ts"), 1);
    assert.equal(named("src/sip/user-agent.test.ts"), 0);
  });

  test("refuse module state, exported or not, and leave locals alone", () => {
    const state = (text: string): number => moduleStateProblems([{ path: "src/sip/a.ts", text }]).length;

    assert.equal(state("let a = 1;"), 1);
    assert.equal(state("export let a = 1;"), 1);
    assert.equal(state("function f() {\n  let a = 1;\n}"), 0);
  });

  test("refuse sockets in unit tests", () => {
    const text = 'import { createSocket } from "node:dgram";';

    assert.equal(socketProblems([{ path: "src/media/a.test.ts", text }]).length, 1);
    assert.equal(socketProblems([{ path: "src/media/a.ts", text }]).length, 0);
    assert.equal(socketProblems([{ path: "test/wire/a.test.ts", text }]).length, 0);
  });

  test("find unfinished notes, machine paths, hosts and keys with their line", () => {
    const found = (text: string): readonly string[] => textProblems([{ path: "a.md", text: `first\n${text}` }]);

    assert.deepEqual(found("// TO" + "DO: later"), ["a.md:2 holds an unfinished note: do it or open an issue"]);
    assert.match(found("cd /ho" + "me/me/x").join(), /a path of one machine/);
    assert.match(found("from https://regist" + "ry.npmjs.org/x").join(), /host of a package registry/);
    assert.match(found("AKIA" + "A".repeat(16)).join(), /an access key/);
    assert.deepEqual(found("see https://example.com/wo" + "rk/ and ~/wo" + "rk/ and AKIAIOSFODNN7EXAMPLE"), []);
  });

  test("refuse a lock file with download addresses", () => {
    assert.match(lockProblems('{ "resolved": "https://x" }').join(), /1 download/);
  });
});
