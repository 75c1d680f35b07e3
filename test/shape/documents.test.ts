import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  actionProblems,
  architectureProblems,
  dependencyProblems,
  entryProblems,
  errorProblems,
  exampleProblems,
  noticeProblems,
} from "./document-rules.ts";
import { meetingRefusalCauses } from "../../src/meetings/refusal-causes.ts";
import { callRefusalCauses } from "../../src/engine/refusal-causes.ts";
import { refusalCauses } from "../../src/sip/refusal-causes.ts";
import { linkProblems } from "./link-rules.ts";
import { repositoryFiles, repositoryPaths } from "./repository.ts";

const files = repositoryFiles();
const page = (path: string): string => files.find((file) => file.path === path)?.text ?? "";

describe("documents of this repository", () => {
  test("include an ARCHITECTURE.md with a row for each room, and no path that does not exist", () => {
    assert.deepEqual(architectureProblems(files, page("ARCHITECTURE.md")), []);
  });

  test("are all led to by README.md", () => {
    const guides = files.map(({ path }) => path).filter((path) => /^docs\/[^/]+\.md$/.test(path));
    assert.ok(guides.length > 0);
    assert.deepEqual(
      guides.filter((path) => !page("README.md").includes(`(${path})`)),
      [],
    );
  });

  test("are each in the index of docs/README.md, once", () => {
    const pages = files.map(({ path }) => path).filter((path) => /^docs\/(?!README)[^/]+\.md$/.test(path));
    const links = [...page("docs/README.md").matchAll(/^\| \[[^\]]+\]\(([^)/]+\.md)\)/gm)].map(
      ([, name = ""]) => `docs/${name}`,
    );

    assert.deepEqual(links.toSorted(), pages.toSorted());
  });

  test("list every error code, and no other, in docs/errors.md", () => {
    assert.deepEqual(errorProblems(files, page("docs/errors.md")), []);
  });

  test("list every cause of a refusal with its status, and no other, in docs/refusals.md", () => {
    const rows = [...page("docs/refusals.md").matchAll(/^\| `([a-z-]+)` \| (\d+|none)/gm)];
    const causes = Object.entries({ ...refusalCauses, ...callRefusalCauses, ...meetingRefusalCauses });

    assert.deepEqual(
      Object.fromEntries(rows.map(([, cause = "", status]) => [cause, status])),
      Object.fromEntries(causes.map(([cause, { status }]) => [cause, `${status ?? "none"}`])),
    );
  });

  test("list every action, and no other, in docs/contract/actions.md", () => {
    assert.deepEqual(actionProblems(files, page("docs/contract/actions.md")), []);
  });

  test("have no link to a file or a place that does not exist", () => {
    assert.deepEqual(linkProblems(files, repositoryPaths()), []);
  });

  test("include a README for each example, which a test runs", () => {
    assert.deepEqual(exampleProblems(files), []);
  });

  test("say in CONTRIBUTING.md why each dependency is used", () => {
    assert.deepEqual(dependencyProblems(page("package.json"), page("CONTRIBUTING.md")), []);
  });

  test("name in NOTICE each package that an installation gets, with its licence, and no other", () => {
    assert.deepEqual(noticeProblems(page("package-lock.json"), page("NOTICE")), []);
  });

  test("point from package.json only to files that exist", () => {
    assert.deepEqual(entryProblems(files, page("package.json")), []);
  });

  test("never have npx fetch a package named offhook, which is not ours", () => {
    const asks = files.filter(
      ({ path, text }) => /\.md$|^src\//.test(path) && /npx (?!--no )(?:[^ ]+ )?offhook/.test(text),
    );

    assert.deepEqual(
      asks.map(({ path }) => path),
      [],
    );
  });

  for (const path of [
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "LICENSE",
    "NOTICE",
  ]) {
    test(`include ${path}`, () => {
      assert.ok(page(path).length > 200, `${path} is missing or empty`);
    });
  }
});

describe("the document rules", () => {
  const sip = { path: "src/sip/agent.ts", text: "" };

  test("name a room without a row and a path that does not exist", () => {
    const table = "| room | gives |\n|---|---|\n| `sip` | calls |\n";

    assert.deepEqual(architectureProblems([sip], "nothing"), ["ARCHITECTURE.md has no row for the room sip"]);
    assert.deepEqual(architectureProblems([sip], `${table}\`sip/agent\`, \`src/sip/*.ts\`, \`application/sdp\``), []);
    assert.deepEqual(architectureProblems([sip], `${table}\`sip/gone.ts\``), [
      "ARCHITECTURE.md names sip/gone.ts, which does not exist",
    ]);
    assert.equal(architectureProblems([sip], `${table}\`src/attic/*.ts\``).length, 1);
  });

  test("compare error codes both ways, with their room and with what is thrown", () => {
    const errors = {
      path: "src/sip/errors.ts",
      text: 'export const sipErrors = {\n  SIP_GONE: "It left.",\n} as const;',
    };
    const odd = { path: "src/sdp/errors.ts", text: 'export const sdpErrors = {\n  SIP_GONE: "It left.",\n} as const;' };
    const thrower = { path: "src/sip/agent.ts", text: 'throw new AppError("SIP_LOST", "x");' };
    const row = "| `SIP_GONE` | It left. |\n";

    assert.deepEqual(errorProblems([errors], row), []);
    assert.deepEqual(errorProblems([errors], ""), ["docs/errors.md has no row for SIP_GONE"]);
    assert.deepEqual(errorProblems([], row), ["docs/errors.md has SIP_GONE, which no errors.ts lists"]);
    assert.match(errorProblems([odd], row).join(), /does not begin with SDP_/);
    assert.match(errorProblems([errors, thrower], row).join(), /throws SIP_LOST/);
  });

  test("compare actions both ways", () => {
    const text = "export const playAudio = defineAction<string>({});";
    const action = { path: "src/actions/play-audio.ts", text };
    const part = { path: "src/actions/audio/playback.ts", text: "" };
    const list = { path: "src/actions/index.ts", text: 'import { playAudio } from "./play-audio.ts";' };
    const table = "| Action | File |\n|---|---|\n| `PlayAudio` | plays |\n\n| Parameter |\n|---|\n| `Text` |\n";

    assert.deepEqual(actionProblems([action, part, list], table), []);
    assert.deepEqual(actionProblems([action, list], ""), ["docs/contract/actions.md has no row for play-audio.ts"]);
    assert.deepEqual(actionProblems([], table), ["docs/contract/actions.md has a row without play-audio.ts"]);
    assert.match(actionProblems([action], "").join(), /does not list play-audio\.ts/);
  });

  test("name a link without a target, by file and by place", () => {
    const other = { path: "docs/b.md", text: '# Two words, `code`\n\n- <a id="b-x"></a>X\n' };
    const problems = (link: string) => linkProblems([{ path: "docs/a.md", text: `# A\n[x](${link})\n` }, other]);

    for (const link of ["b.md", "../docs", "b.md#two-words-code", "b.md#b-x", "#a", "https://example.com/none"]) {
      assert.deepEqual(problems(link), []);
    }
    assert.deepEqual(problems("c.md"), ["docs/a.md: c.md leads to no file"]);
    assert.deepEqual(problems("b.md#gone"), ["docs/a.md: b.md#gone leads to no place of that page"]);
    assert.deepEqual(problems("#gone"), ["docs/a.md: #gone leads to no place of that page"]);
  });

  test("name an example without README and one that no test runs", () => {
    const handler = { path: "examples/ivr/handler.mjs", text: "" };
    const readme = { path: "examples/ivr/README.md", text: "" };
    const runner = { path: "test/examples/ivr.test.ts", text: 'start("examples/ivr/handler.mjs");' };
    const other = { path: "test/examples/ivr.test.ts", text: 'start("examples/ivr-two/handler.mjs");' };

    assert.deepEqual(exampleProblems([handler, readme, runner]), []);
    assert.deepEqual(exampleProblems([handler, runner]), ["examples/ivr has no README.md"]);
    assert.deepEqual(exampleProblems([handler, readme, other]), ["examples/ivr is run by no test"]);
  });

  test("compare dependencies both ways", () => {
    const manifest = '{ "dependencies": { "pino": "1.0.0" }, "devDependencies": { "@types/node": "1.0.0" } }';
    const rows = "| package | why |\n|---|---|\n| `pino` | log |\n| `@types/node` | types |\n";

    assert.deepEqual(dependencyProblems(manifest, rows), []);
    assert.deepEqual(dependencyProblems(manifest, ""), [
      "CONTRIBUTING.md does not say why we use pino",
      "CONTRIBUTING.md does not say why we use @types/node",
    ]);
    assert.match(
      dependencyProblems(manifest, `${rows}| \`left-pad\` | pads |\n`).join(),
      /left-pad, which is not used/,
    );
    assert.match(dependencyProblems(manifest.replace("{", '{ "overrides": {},'), rows).join(), /has overrides/);
  });

  test("compare the packages of an installation with NOTICE both ways, by name and licence", () => {
    const lock = JSON.stringify({
      packages: {
        "": { license: "Apache-2.0" },
        "node_modules/pino": { license: "MIT" },
        "node_modules/tsx/node_modules/@esbuild/linux-x64": { license: "MIT" },
        "node_modules/oxlint": { license: "GPL-3.0", dev: true },
      },
    });
    const rows = "  pino       MIT  Matteo Collina\n  @esbuild/*  MIT  Evan Wallace\n";

    assert.deepEqual(noticeProblems(lock, rows), []);
    assert.deepEqual(noticeProblems(lock, rows.replace("pino       MIT", "pino  ISC")), [
      "NOTICE has no row for pino with the licence MIT",
    ]);
    assert.deepEqual(noticeProblems(lock, "  pino  MIT  Matteo Collina\n"), [
      "NOTICE has no row for @esbuild/linux-x64 with the licence MIT",
    ]);
    assert.deepEqual(noticeProblems(lock, `${rows}  left-pad  MIT  x\n`), [
      "NOTICE has a row for left-pad, which is not installed",
    ]);
  });

  test("name an entry point without source", () => {
    const manifest = '{ "exports": { "./sip": "./dist/src/sip/index.js" }, "bin": "dist/src/cli/main.js" }';
    const door = { path: "src/sip/index.ts", text: "" };

    assert.deepEqual(entryProblems([door], manifest), ["package.json points to src/cli/main.ts, which does not exist"]);
  });
});
