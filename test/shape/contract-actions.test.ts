import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { actions } from "../../src/actions/index.ts";
import { repositoryFiles } from "./repository.ts";

const files = repositoryFiles();
const page = files.find(({ path }) => path === "docs/contract/actions.md")?.text ?? "";
const source = files
  .filter(({ path }) => /^src\/(?:actions|call)\/.*(?<!\.test)\.ts$/.test(path))
  .map(({ text }) => text);
/** Parameters that name the leg, which the page explains once for all actions. */
const ofEachAction = ["CallId", "ParticipantTag"];

/** A part of the page below one heading. */
interface Section {
  /** The actions that its heading names. */
  readonly names: readonly string[];
  readonly text: string;
}

const sections: readonly Section[] = page.split(/^#{2,3} /m).map((text) => {
  const [heading = ""] = text.replace(/<[^>]*>/g, "").split("\n");
  return { names: heading.split(", ").filter((name) => actions.has(name)), text };
});

/** Names in backticks. */
function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);
}

/** The first cells of the tables whose first column has such a heading. */
function firstCells(text: string, heading: RegExp): readonly string[] {
  const tables = text.split(/\n(?!\|)/).filter((part) => heading.test(part));
  return tables.flatMap((table) =>
    table
      .split("\n")
      .slice(2)
      .map((row) => row.split("|")[1] ?? ""),
  );
}

/** Whether the code has this sentence, in whole or as one of the two that it makes of a name. `<name>` is any text. */
function isSaid(sentence: string): boolean {
  const [, name] = /^(?:The )?(\w+) parameter (?:value )?is invalid\.$/.exec(sentence) ?? [];
  const parts = name === undefined ? sentence.split(/<\w+>/) : [`"${name}"`];
  const isLiteral = source.some((text) => text.includes(sentence));
  return isLiteral || parts.every((part) => source.some((text) => text.includes(part)));
}

describe("the page of actions", () => {
  for (const [type, { parameters }] of actions) {
    const section = sections.find(({ names }) => names.includes(type));

    test(`explains ${type} and each of its parameters`, () => {
      const shown = new Set(namesIn(section?.text ?? ""));
      const missing = Object.keys(parameters.fields).filter((name) => !shown.has(name) && !ofEachAction.includes(name));

      assert.deepEqual(missing, []);
    });
  }

  test("has no parameter in a table that none of the section's actions has", () => {
    for (const { names, text } of sections) {
      const known = new Set(names.flatMap((name) => Object.keys(actions.get(name)?.parameters.fields ?? {})));
      const unknown = firstCells(text, /^\n?\| Parameter/)
        .flatMap(namesIn)
        .filter((name) => !known.has(name));

      assert.deepEqual(unknown, [], names.join());
    }
  });

  test("has only such errors in its tables as the code has", () => {
    const tables = sections
      .flatMap(({ text }) => text.split(/\n(?!\|)/))
      .filter((part) => /^\n?\| `ErrorType`/.test(part));
    const words = tables.flatMap((table) => [...table.matchAll(/`([^`]+)`/g)]).map(([, word = ""]) => word);
    const errors = words.filter(
      (word) => / /.test(word) || /^[A-Z]\w+(?:Error|Exception|Parameter|Source|Destination|Throttled)$/.test(word),
    );

    assert.ok(errors.length > 30, `${errors.length}`);
    assert.deepEqual(
      errors.filter((error) => !isSaid(error)),
      [],
    );
  });
});
