import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../../src/kernel/index.ts";
import { repositoryFiles } from "./repository.ts";

interface Matrix {
  readonly peers: readonly string[];
  readonly rows: readonly { readonly feature: string; readonly tests: Readonly<Record<string, readonly string[]>> }[];
}
interface Result {
  readonly file: string;
  readonly name: string;
  readonly outcome: string;
}
interface Script {
  readMatrix(root: string): Matrix;
  printMatrix(matrix: Matrix, results: readonly Result[]): string;
  printMatrixPage(matrix: Matrix): string;
}

const root = packageRoot();
const script = (await import(pathToFileURL(join(root, "scripts/interop-matrix.mjs")).href)) as Script;
const matrix = script.readMatrix(root);
const files = repositoryFiles();
const text = (path: string) => files.find((file) => file.path === path)?.text ?? "";

describe("the matrix of foreign peers and features", () => {
  test("names tests that exist, and peers that it lists", () => {
    const wrong = matrix.rows.flatMap(({ tests }) =>
      Object.entries(tests).flatMap(([peer, names]) =>
        names.filter((name) => {
          const at = name.indexOf(": ");
          return !matrix.peers.includes(peer) || !text(name.slice(0, at)).includes(name.slice(at + 2));
        }),
      ),
    );

    assert.deepEqual(wrong, []);
  });

  test("is the one of docs/interop.md", () => {
    assert.ok(text("docs/interop.md").includes(script.printMatrixPage(matrix)), script.printMatrixPage(matrix));
  });

  test("says passed only where all tests of a cell ran and none failed", () => {
    const [file, begins] = ["a.test.ts", ["passes", "fails", "is skipped", "never ran"]];
    const rows = begins.map((begin) => ({ feature: begin, tests: { Peer: [`${file}: ${begin}`, `${file}: other`] } }));
    const results = [
      { file, name: "passes, and how", outcome: "passed" },
      { file, name: "passes too", outcome: "passed" },
      { file, name: "fails sometimes", outcome: "passed" },
      { file, name: "fails here", outcome: "failed" },
      { file, name: "is skipped", outcome: "skipped" },
      { file, name: "other", outcome: "passed" },
      { file: "b.test.ts", name: "never ran", outcome: "passed" },
    ];

    assert.deepEqual(script.printMatrix({ peers: ["Peer", "Else"], rows }, results).split("\n"), [
      "           | Peer    | Else",
      "passes     | passed  | -",
      "fails      | FAILED  | -",
      "is skipped | skipped | -",
      "never ran  | not run | -",
    ]);
  });
});
