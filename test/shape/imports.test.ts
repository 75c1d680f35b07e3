import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { importProblems, roomRules } from "./import-rules.ts";
import { importCycles, importGraph, importsOf } from "./imports.ts";
import { repositoryFiles } from "./repository.ts";

const files = repositoryFiles();
const graph = importGraph(files);

describe("imports of this repository", () => {
  test("follow the table of rooms, through the front doors", () => {
    assert.deepEqual(importProblems(graph), []);
  });

  test("have no cycle between files", () => {
    assert.deepEqual(importCycles(graph), []);
  });

  test("name only files that exist", () => {
    const paths = new Set(files.map((file) => file.path));

    const missing = graph.filter((one) => !paths.has(one.to)).map((one) => `${one.from} imports ${one.to}`);

    assert.deepEqual(missing, []);
  });

  test("are really seen: kernel's door re-exports its files, and another room uses that door", () => {
    assert.ok(graph.some((one) => one.from === "src/kernel/index.ts" && one.to === "src/kernel/clock.ts"));
    assert.ok(graph.some((one) => one.to === "src/kernel/index.ts" && one.from.startsWith("src/sip/")));
  });

  test("come from rooms that all have a row in the table", () => {
    const rooms = new Set(files.flatMap((file) => /^src\/([^/]+)\/.*\.ts$/.exec(file.path)?.[1] ?? []));

    assert.deepEqual(
      [...rooms].filter((room) => roomRules[room] === undefined),
      [],
    );
  });
});

describe("the import scanner", () => {
  test("tells values from types, over several lines, and leaves comments out", () => {
    const text = [
      'import { a } from "./a.ts";',
      'import type { B } from "./b.ts";',
      "import {",
      "  c,",
      "  type D,",
      '} from "./c.ts";',
      'export { e } from "./e.ts";',
      'export type { F } from "./f.ts";',
      'export type * from "./g.ts";',
      'import "./h.ts";',
      '// import { no } from "./no.ts";',
      ' * import { no } from "./no.ts";',
      `const i = await ${"import"}("./i.ts");`,
      'import type from "./j.ts";',
      'const text = "from";',
    ].join("\n");

    const found = importsOf(text).map(({ specifier, kind }) => `${kind} ${specifier}`);

    assert.equal(
      found.sort().join(", "),
      "type ./b.ts, type ./f.ts, type ./g.ts, " +
        "value ./a.ts, value ./c.ts, value ./e.ts, value ./h.ts, value ./i.ts, value ./j.ts",
    );
  });

  test("finds a cycle of three files and says it once", () => {
    const cyclic = importGraph([
      { path: "src/sip/a.ts", text: 'import { b } from "./b.ts";' },
      { path: "src/sip/b.ts", text: 'import { c } from "./c.ts";' },
      { path: "src/sip/c.ts", text: 'import type { A } from "./a.ts";' },
    ]);

    assert.deepEqual(importCycles(cyclic), [
      "import cycle: src/sip/a.ts -> src/sip/b.ts -> src/sip/c.ts -> src/sip/a.ts",
    ]);
  });
});

describe("the import rules", () => {
  const refused: readonly (readonly [from: string, statement: string, why: RegExp])[] = [
    ["src/sip/agent.ts", 'import { x } from "../media/index.ts";', /sip may not know media/],
    ["src/kernel/clock.ts", 'import type { X } from "../sip/index.ts";', /kernel may not know sip/],
    ["src/call/engine.ts", 'import { x } from "../sip/index.ts";', /only types of sip/],
    ["src/call/engine.ts", 'import { type X } from "../sip/index.ts";', /only types of sip/],
    ["src/call/engine.ts", 'import type { X } from "../sip/types.ts";', /through its index\.ts/],
    ["src/app/run.ts", 'import { x } from "../sip/message/parse.ts";', /through its index\.ts/],
    ["src/app/run.ts", 'import { x } from "../testing/index.ts";', /only tests import testing/],
    ["src/app/run.ts", 'import { x } from "../cli/main.ts";', /app may not know cli/],
    ["src/testing/peer.ts", 'import { x } from "../cli/main.ts";', /testing may not know cli/],
    ["src/call/step.test.ts", 'import { x } from "../sip/index.ts";', /only types of sip/],
    ["src/attic/a.ts", 'import { x } from "../kernel/index.ts";', /no row in the table/],
    ["src/app/run.ts", 'import { x } from "../../test/wire/x.ts";', /nothing outside src/],
    ["src/sip/message/parse.ts", 'import { x } from "../dialog/dialog.ts";', /inside sip/],
    ["src/sip/transport/udp.ts", 'import type { X } from "../transaction/table.ts";', /inside sip/],
    ["src/sip/dialog/dialog.ts", 'import { x } from "../agent.ts";', /inside sip/],
    ["src/sip/auth/digest.ts", 'import { x } from "../dialog/dialog.ts";', /inside sip/],
    ["examples/ivr/handler.ts", 'import { x } from "../../src/kernel/index.ts";', /what a user has/],
  ];

  for (const [path, text, why] of refused) {
    test(`refuse ${path}: ${text}`, () => {
      const problems = importProblems(importGraph([{ path, text }]));

      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? "", why);
    });
  }

  const allowed: readonly (readonly [from: string, statement: string])[] = [
    ["src/sip/agent.ts", 'import { x } from "../kernel/index.ts";'],
    ["src/call/engine.ts", 'import type { X } from "../sip/index.ts";'],
    ["src/app/run.ts", 'import { x } from "../phone/index.ts";'],
    ["src/cli/phone.ts", 'import { x } from "../phone/index.ts";'],
    ["src/sip/transaction/table.ts", 'import { x } from "../message/parse.ts";'],
    ["src/sip/message/parse.ts", 'import type { X } from "../types.ts";'],
    ["src/sip/message/parse.test.ts", 'import { x } from "../../testing/messages.ts";'],
    ["src/testing/server.ts", 'import { x } from "../app/index.ts";'],
    ["test/wire/sip.test.ts", 'import { x } from "../../src/sip/transport/udp.ts";'],
    ["src/sip/agent.ts", 'import { x } from "node:net";'],
  ];

  for (const [path, text] of allowed) {
    test(`allow ${path}: ${text}`, () => {
      assert.deepEqual(importProblems(importGraph([{ path, text }])), []);
    });
  }
});
