import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { actions } from "../../src/actions/index.ts";
import { schemaChecker } from "../package/contract-kit.ts";
import { contractPages } from "./contract-rules.ts";
import { repositoryFiles } from "./repository.ts";

type Json = Readonly<Record<string, unknown>>;

/** A part of the schema of events. */
interface SchemaPart {
  readonly properties?: Readonly<Record<string, SchemaPart>>;
  readonly items?: SchemaPart;
  readonly enum?: readonly string[];
}

const files = repositoryFiles();
const schema = JSON.parse(files.find(({ path }) => path === "schemas/event.schema.json")?.text ?? "") as SchemaPart;
const types = schema.properties?.["InvocationEventType"]?.enum ?? [];
const eventFaults = schemaChecker("event");
const replyFaults = schemaChecker("response");
const examples = contractPages(files).flatMap(({ path, text }) =>
  [...text.matchAll(/^```(jsonc?)\n([^]*?)^```$/gm)].map(([, kind = "", body = ""]) => ({
    path,
    // What is marked as jsonc is part of an object.
    value: JSON.parse(kind === "json" ? body : `{${body}}`) as Json | readonly Json[],
  })),
);
const events = examples.flatMap(({ value }) => (isObject(value) && "InvocationEventType" in value ? [value] : []));
const whole = events.find((event) => "CallDetails" in event) ?? {};

function isObject(value: Json | readonly Json[]): value is Json {
  return !Array.isArray(value);
}

/** The action, or the actions, of an example. */
function actionsOf(value: Json | readonly Json[]): readonly Json[] {
  if (!isObject(value)) return value;
  return "Type" in value ? [value] : [];
}

/** The members of an object of the schema of events, and of those in it, except of ActionData. */
function membersOf({ properties = {}, items }: SchemaPart): readonly string[] {
  const own = Object.entries(properties).filter(([name]) => name !== "ActionData");
  return [
    ...own.flatMap(([name, part]) => [name, ...membersOf(part)]),
    ...(items === undefined ? [] : membersOf(items)),
  ];
}

describe("the page of events", () => {
  const page = files.find(({ path }) => path === "docs/contract/events.md")?.text ?? "";

  test("explains each member that every event has", () => {
    const members = membersOf(schema);

    assert.ok(members.length > 15, members.join());
    assert.deepEqual(
      members.filter((name) => !page.includes(`\`${name}\``)),
      [],
    );
  });

  test("has a heading for each type of event", () => {
    const headings = [...page.matchAll(/^### .*?([A-Z_]+)$/gm)].map(([, type]) => type);

    assert.deepEqual(new Set(headings), new Set(types));
  });
});

describe("the examples on the pages of the contract", () => {
  test("show an event of each type, RINGING excepted, which looks like CALL_ANSWERED", () => {
    const shown = new Set(events.map((event) => event["InvocationEventType"]));

    assert.deepEqual(shown, new Set(types.filter((type) => type !== "RINGING")));
  });

  test("show each action", () => {
    const shown = examples.flatMap(({ value }) => actionsOf(value).map((action) => action["Type"]));

    assert.deepEqual(new Set(shown), new Set(actions.keys()));
  });

  test("are events as the schema has them", () => {
    for (const event of events) {
      assert.deepEqual(eventFaults({ ...whole, ...event }), [], JSON.stringify(event));
    }
  });

  test("are actions as the schema has them", () => {
    for (const { value } of examples) {
      for (const action of actionsOf(value)) {
        assert.deepEqual(replyFaults({ SchemaVersion: "1.0", Actions: [action] }), [], JSON.stringify(action));
      }
    }
  });
});
