import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fuzzTest } from "../../testing/internal/fuzz.ts";
import { frameOf, readFrames } from "./frames.ts";

const mostBytes = 1_000;

function open() {
  const came: (string | undefined)[] = [];
  const take = readFrames(
    mostBytes,
    (head, body) => void came.push(head, body),
    () => void came.push("broken"),
  );
  return { came, take };
}

describe("frames of the pipe to a function's process", () => {
  it("come whole, wherever the pieces begin", () => {
    const bytes = Buffer.concat([frameOf("ä", ""), frameOf("", "ö€"), frameOf("head", "b".repeat(mostBytes))]);
    for (const pieceBytes of [1, 2, 7, 9, 500, bytes.length]) {
      const { came, take } = open();
      for (let at = 0; at < bytes.length; at += pieceBytes) take(bytes.subarray(at, at + pieceBytes));
      assert.deepEqual(came, ["ä", "", "", "ö€", "head", "b".repeat(mostBytes)], `pieces of ${pieceBytes}`);
    }
  });

  it("are told without a body that is too long, and what follows is read", () => {
    const bytes = Buffer.concat([frameOf("long", "x".repeat(mostBytes + 1)), frameOf("next", "n")]);
    for (const pieceBytes of [3, 100, bytes.length]) {
      const { came, take } = open();
      for (let at = 0; at < bytes.length; at += pieceBytes) take(bytes.subarray(at, at + pieceBytes));
      assert.deepEqual(came, ["long", undefined, "next", "n"], `pieces of ${pieceBytes}`);
    }
  });

  it("end with a head that cannot be one", () => {
    const { came, take } = open();
    take(Buffer.from("console.log wrote here"));
    take(frameOf("head", "body"));

    assert.deepEqual(came, ["broken"]);
  });

  fuzzTest("are what was written, or broken", 300, () => (random) => {
    const { came, take } = open();
    const bytes = Buffer.from(Array.from({ length: 200 }, () => (random() < 0.8 ? 0 : Math.floor(random() * 256))));
    for (let at = 0; at < bytes.length;) {
      const end = at + Math.ceil(random() * 40);
      take(bytes.subarray(at, end));
      at = end;
    }
    const told = came.reduce((sum, text) => sum + (text === "broken" ? 0 : (text?.length ?? 0)), 0);
    assert.ok(told <= bytes.length, "no more text than bytes came");
    assert.ok(came.indexOf("broken") === -1 || came.indexOf("broken") === came.length - 1);
  });
});
