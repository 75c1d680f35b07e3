import assert from "node:assert/strict";
import { test } from "node:test";
import { createInbox } from "./inbox.ts";

/** An inbox of openings and of what needs what they make, with what was done in it. */
function anInbox() {
  const done: string[] = [];
  const open = async (name: string) => {
    for (let step = 0; step < 20; step++) await Promise.resolve();
    done.push(`opened ${name}`);
  };
  const handOn = (item: string) => void (item.startsWith("open ") ? open(item.slice(5)) : done.push(item));
  return { inbox: createInbox(handOn, (item) => item.startsWith("open ")), done };
}

/** Resolves when the turn of the loop is over. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test("a bridge whose legs are opened in the same list finds both of them", async () => {
  const { inbox, done } = anInbox();

  inbox.take(["open A", "open B", "join A B"]);
  await turn();

  assert.deepEqual(done, ["opened A", "opened B", "join A B"]);
});

test("a list that comes while another waits is behind it", async () => {
  const { inbox, done } = anInbox();

  inbox.take(["open A", "play A"]);
  inbox.take(["close A"]);
  await turn();

  assert.deepEqual(done, ["opened A", "play A", "close A"]);
});

test("what starts no work is handed on at once", () => {
  const { inbox, done } = anInbox();

  inbox.take(["play A", "close A"]);

  assert.deepEqual(done, ["play A", "close A"]);
});
