import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { importProblems, roomLayers, roomRules } from "./import-rules.ts";
import { importCycles, importGraph, importsOf } from "./imports.ts";
import { repositoryFiles } from "./repository.ts";
import { roomTableProblems } from "./room-table.ts";

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

  test("come from the rooms of the table, each of which exists", () => {
    assert.deepEqual(foldersIn("src").sort(), Object.keys(roomRules).sort());
  });

  test("follow in sip and in call a list of layers that names each folder of the room", () => {
    for (const [room, { folders }] of Object.entries(roomLayers))
      assert.deepEqual(foldersIn(`src/${room}`).sort(), [...folders].sort());
  });

  test("are reported in ARCHITECTURE.md by the same table", () => {
    const page = files.find((file) => file.path === "ARCHITECTURE.md")?.text ?? "";

    assert.deepEqual(roomTableProblems(page, roomRules), []);
  });
});

/** The folders in a folder that hold TypeScript. */
function foldersIn(folder: string): string[] {
  const inside = files.filter((file) => file.path.startsWith(`${folder}/`) && file.path.endsWith(".ts"));
  const rest = inside.map((file) => file.path.slice(folder.length + 1).split("/"));
  return [...new Set(rest.flatMap(([first, second]) => (second === undefined ? [] : [first ?? ""])))];
}

describe("the table of rooms", () => {
  const rules = {
    kernel: { values: [], types: [] },
    sdp: { values: [], types: [] },
    sip: { values: [], types: ["sdp"] },
    app: { values: ["sdp", "sip"], types: [] },
    cli: { values: ["app"], types: [] },
  };
  const rows = [
    "| `src/kernel` | ground | nothing |",
    "| `src/sdp` | words | ground |",
    "| `src/sip` | calls | types of sdp |",
    "| `src/app` | root | every room but cli |",
    "| `src/cli` | commands | app |",
  ];

  test("is right when each row says what the rules say", () => {
    assert.deepEqual(roomTableProblems(rows.join("\n"), rules), []);
  });

  test("names a row that differs, one that is missing and one too many", () => {
    const page = [...rows.slice(0, 3), "| `src/app` | root | kernel |", "| `src/attic` | old | nothing |"].join("\n");

    assert.deepEqual(roomTableProblems(page, rules), [
      'ARCHITECTURE.md lets app import "kernel", the rules "every room but cli"',
      "ARCHITECTURE.md has no row `src/cli`, test/shape/import-rules.ts has",
      "test/shape/import-rules.ts has no row for attic, ARCHITECTURE.md has",
    ]);
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
    ["src/sip/agent/core.ts", 'import { x } from "../../media/index.ts";', /sip may not know media/],
    ["src/kernel/clock.ts", 'import type { X } from "../sip/index.ts";', /kernel may not know sip/],
    ["src/engine/engine.ts", 'import { x } from "../sip/index.ts";', /only types of sip/],
    ["src/engine/engine.ts", 'import { type X } from "../sip/index.ts";', /only types of sip/],
    ["src/engine/engine.ts", 'import type { X } from "../sip/types.ts";', /through its index\.ts/],
    ["src/app/run.ts", 'import { x } from "../sip-syntax/message/parse.ts";', /through its index\.ts/],
    ["src/app/run.ts", 'import { x } from "../testing/index.ts";', /only tests and cli import testing/],
    ["src/app/run.ts", 'import { x } from "../cli/main.ts";', /app may not know cli/],
    ["src/testing/peer.ts", 'import { x } from "../cli/main.ts";', /testing may not know cli/],
    ["src/call/step.test.ts", 'import { x } from "../sip/index.ts";', /call may not know sip/],
    ["test/simulate/run.ts", 'import { x } from "../../src/call/state.ts";', /enter call through its index\.ts/],
    ["src/attic/a.ts", 'import { x } from "../kernel/index.ts";', /no row in the table/],
    ["src/app/run.ts", 'import { x } from "../../test/wire/x.ts";', /nothing outside src/],
    ["src/sip/transport/udp.ts", 'import { x } from "../dialog/dialog.ts";', /inside sip/],
    ["src/sip/transport/udp.ts", 'import type { X } from "../transaction/table.ts";', /inside sip/],
    ["src/sip-syntax/message/parse.ts", 'import { x } from "../../kernel/index.ts";', /sip-syntax may not know kernel/],
    ["src/sip/dialog/dialog.ts", 'import { x } from "../agent/core.ts";', /inside sip/],
    ["src/sip/dialog/dialog.ts", 'import { x } from "../method/methods.ts";', /inside sip/],
    ["src/sip/method/methods.ts", 'import { x } from "../agent/core.ts";', /inside sip/],
    ["src/call/event/build-event.ts", 'import { x } from "../list/action-list.ts";', /inside call/],
    ["src/call/leg/partner.ts", 'import { x } from "../call-machine.ts";', /inside call/],
    ["src/sip/agent/core.ts", 'import { x } from "../index.ts";', /inside sip/],
    ["src/sip/attic/old.ts", 'import { x } from "../transport/udp.ts";', /attic of sip is no layer/],
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
    ["src/sip/agent/core.ts", 'import { x } from "../../kernel/index.ts";'],
    ["src/sip/agent/core.ts", 'import { x } from "../transaction/transactions.ts";'],
    ["src/sip/index.ts", 'export { x } from "./agent/user-agent.ts";'],
    ["src/engine/engine.ts", 'import type { X } from "../sip/index.ts";'],
    ["src/app/run.ts", 'import { x } from "../phone/index.ts";'],
    ["src/cli/phone/phone.ts", 'import { x } from "../../phone/index.ts";'],
    ["src/sip/transaction/table.ts", 'import { x } from "../../sip-syntax/index.ts";'],
    ["src/sip-syntax/message/parse.ts", 'import type { X } from "../types.ts";'],
    ["src/sip-syntax/message/parse.test.ts", 'import { x } from "../../testing/messages.ts";'],
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
