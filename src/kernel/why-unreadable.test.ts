import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { whyUnreadable } from "./why-unreadable.ts";

const folder = mkdtempSync(join(tmpdir(), "offhook-unreadable-"));
after(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "file"), "");
symlinkSync("circle", join(folder, "circle"));

const real: readonly (readonly [string, RegExp])[] = [
  ["absent", /^there is no such file$/],
  [".", /^it is a folder/],
  ["file/below", /^something on the way to it is a file/],
  ["circle", /^links lead from it in a circle$/],
];
for (const [name, words] of real) {
  test(`says why ${name} cannot be read`, () => {
    assert.throws(
      () => readFileSync(join(folder, name)),
      (error) => words.test(whyUnreadable(error)),
    );
  });
}

test("says who may not read a file, and what to do", () => {
  for (const code of ["EACCES", "EPERM"]) {
    assert.match(
      whyUnreadable(Object.assign(new Error("x"), { code })),
      /^permission denied: the user \S+ may not read it.*chmod/,
    );
  }
});

test("passes on what else the system says", () =>
  assert.equal(whyUnreadable(new Error("EIO: i/o error")), "EIO: i/o error"));
