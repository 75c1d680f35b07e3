import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { repositoryFiles } from "./repository.ts";
import { tourProblems } from "./tour-rules.ts";

describe("the walk of docs/tour.md", () => {
  test("has ten stops in order, each with a file, a function of it and the word by which the call goes on", () => {
    const files = repositoryFiles();

    assert.deepEqual(tourProblems(files, files.find(({ path }) => path === "docs/tour.md")?.text ?? ""), []);
  });
});

describe("the rule for the walk", () => {
  const file = { path: "src/a/one.ts", text: "export function openOne() {\n  events.onMessage();\n}\n" };
  const stop = (number: number, line = "[`src/a/one.ts`](../src/a/one.ts), `openOne`. Goes on by `onMessage`.") =>
    `## ${number}. Stop ${number}\n\n${line}\n\nText.\n\n`;
  const walk = (...more: readonly string[]) =>
    Array.from({ length: 10 - more.length }, (_, index) => stop(index + 1)).join("") + more.join("");
  const problems = (page: string) => tourProblems([file], page);

  test("takes a walk whose names are true", () => {
    assert.deepEqual(problems(`${walk()}\`openOne\` in [\`src/a/one.ts\`](../src/a/one.ts)`), []);
  });

  test("names a stop that is missing, or has another number", () => {
    assert.deepEqual(problems(walk().replace(stop(10), "")), ["there are 9 stops, not 10"]);
    assert.deepEqual(problems(walk(stop(11))), ['the stop "Stop 11" is number 10']);
  });

  test("names a file, a function and a way on that do not exist", () => {
    const last = stop(10);

    assert.match(problems(walk(last.replace("one.ts)", "two.ts)"))).join(), /names no file, function and way on/);
    assert.match(problems(walk(last.replace("`openOne`", "`closeOne`"))).join(), /does not define closeOne/);
    assert.match(problems(walk(last.replace("`onMessage`", "`onMess`"))).join(), /has no onMess$/);
    assert.match(problems(`${walk()}\`shut\` ([\`x\`](../src/a/one.ts))`).join(), /does not define shut/);
  });
});
