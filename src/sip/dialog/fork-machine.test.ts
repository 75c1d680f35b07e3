import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CallEnd } from "../types.ts";
import { startFork, stepFork, type ForkEffect, type ForkInput } from "./fork-machine.ts";

const refused = (status: number): CallEnd => ({ type: "rejected", status, reason: "" });
const ended = (from: number, end: CallEnd): ForkInput => ({ type: "ended", from, end });
const answered = (from: number): ForkInput => ({ type: "answered", from });
const hangUp: ForkInput = { type: "hang-up", reason: undefined };

function show(effect: ForkEffect): string {
  if (effect.do === "tell") return `tell ${effect.of}`;
  if (effect.do === "hang-up")
    return `hang up ${effect.at}${effect.reason === undefined ? "" : ` ${effect.reason.status}`}`;
  return `end ${effect.end.type === "rejected" ? effect.end.status : effect.end.type}`;
}

/** The effects of these inputs on a call to three far ends. */
function run(...inputs: readonly ForkInput[]): readonly string[] {
  let state = startFork(3);
  return inputs.flatMap((input) => {
    const [next, effects] = stepFork(state, input);
    state = next;
    return effects.map(show);
  });
}

const cases: readonly (readonly [what: string, inputs: readonly ForkInput[], effects: readonly string[]])[] = [
  [
    "tells of each that rings",
    [
      { type: "progress", from: 0 },
      { type: "progress", from: 2 },
    ],
    ["tell 0", "tell 2"],
  ],
  [
    "is that of the first who answers; the others are cancelled, since it was answered elsewhere",
    [answered(1)],
    ["tell 1", "hang up 0 200", "hang up 2 200"],
  ],
  [
    "hears nothing more of those that are cancelled",
    [answered(1), ended(0, { type: "local" }), ended(2, refused(487)), { type: "progress", from: 0 }, answered(2)],
    ["tell 1", "hang up 0 200", "hang up 2 200"],
  ],
  [
    "ends with the far end that answered",
    [answered(1), ended(1, { type: "bye" }), ended(1, { type: "bye" })],
    ["tell 1", "hang up 0 200", "hang up 2 200", "tell 1"],
  ],
  ["cancels only those that have not refused", [ended(0, refused(486)), answered(2)], ["tell 2", "hang up 1 200"]],
  ["rings on when one is busy", [ended(0, refused(486))], []],
  [
    "ends when all have refused: busy says most",
    [ended(0, refused(503)), ended(1, refused(486)), ended(2, { type: "timeout" })],
    ["end 486"],
  ],
  [
    "ends with a phone's refusal before no answer",
    [ended(0, { type: "timeout" }), ended(1, refused(480)), ended(2, refused(408))],
    ["end 480"],
  ],
  [
    "ends with no answer before one that could not be sent",
    [
      ended(0, { type: "transport", message: "" }),
      ended(1, { type: "timeout" }),
      ended(2, { type: "transport", message: "" }),
    ],
    ["end timeout"],
  ],
  [
    "ends at once when one declines for all (RFC 3261 §16.7, 6xx)",
    [ended(1, refused(603))],
    ["hang up 0", "hang up 2", "end 603"],
  ],
  ["is given up at all that ring", [ended(0, refused(486)), hangUp, hangUp], ["hang up 1", "hang up 2", "end local"]],
  [
    "is hung up at the one that answered",
    [answered(0), hangUp],
    ["tell 0", "hang up 1 200", "hang up 2 200", "hang up 0"],
  ],
  [
    "that was given up has no other end",
    [hangUp, ended(0, { type: "local" }), ended(1, refused(487)), answered(2)],
    ["hang up 0", "hang up 1", "hang up 2", "end local"],
  ],
];

describe("a call to several far ends", () => {
  for (const [what, inputs, effects] of cases) it(what, () => assert.deepEqual(run(...inputs), effects));
});
