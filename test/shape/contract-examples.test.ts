import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { actions } from "../../src/actions/index.ts";
import { schemaChecker } from "../package/contract-kit.ts";
import { contractPages } from "./contract-rules.ts";
import { repositoryFiles } from "./repository.ts";

type Json = Readonly<Record<string, unknown>>;

const files = repositoryFiles();
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

describe("the examples on the pages of the contract", () => {
  const types = ["NEW_INBOUND_CALL", "NEW_OUTBOUND_CALL", "CALL_ANSWERED", "ACTION_SUCCESSFUL", "ACTION_FAILED"];
  const shownTypes = [...types, "ACTION_INTERRUPTED", "DIGITS_RECEIVED", "CALL_UPDATE_REQUESTED", "HANGUP"];

  test("show an event of each type, RINGING excepted, which looks like CALL_ANSWERED", () => {
    const shown = new Set(events.map((event) => event["InvocationEventType"]));

    assert.deepEqual(shown, new Set([...shownTypes, "INVALID_LAMBDA_RESPONSE"]));
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
