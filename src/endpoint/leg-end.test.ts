import assert from "node:assert/strict";
import { test } from "node:test";
import type { CallEnd } from "../sip/index.ts";
import { endOfDialog, explainEnd, tellFarEnd, type EndpointEnd } from "./leg-end.ts";

const ofDialogs: readonly [dialog: CallEnd, end: EndpointEnd, words: string][] = [
  [{ type: "local" }, { type: "local" }, "hung up at this end"],
  [{ type: "bye" }, { type: "bye" }, "hung up by the far end"],
  [{ type: "cancelled" }, { type: "cancelled" }, "cancelled by the caller before the answer"],
  [{ type: "no-ack" }, { type: "no-ack" }, "the answer was never acknowledged"],
  [{ type: "timeout" }, { type: "unreachable", why: "no response" }, "could not be reached: no response"],
  [
    { type: "transport", message: "port closed" },
    { type: "unreachable", why: "port closed" },
    "could not be reached: port closed",
  ],
  [{ type: "rejected", status: 488, reason: "" }, { type: "no-common-codec" }, "no common codec"],
  [
    { type: "rejected", status: 486, reason: "Busy" },
    { type: "rejected", status: 486 },
    "refused by the far end with 486",
  ],
  [
    { type: "rejected", status: 407, reason: "" },
    { type: "rejected", status: 407 },
    "refused by the far end with 407, which asks for a password: it was given none that is right",
  ],
  [
    { type: "rejected", status: 302, reason: "" },
    { type: "rejected", status: 302 },
    "refused by the far end with 302, which names another place to call: this server does not follow",
  ],
];
for (const [dialog, end, words] of ofDialogs) {
  test(`a dialog that ends as ${JSON.stringify(dialog)} ends its leg: ${words}`, () => {
    assert.deepEqual(endOfDialog(dialog), end);
    assert.equal(explainEnd(end), words);
  });
}

const ours: readonly [end: EndpointEnd, words: string, status: number][] = [
  [{ type: "no-media" }, "the far end's audio stopped", 408],
  [{ type: "no-common-codec", why: "the far end has G729" }, "no common codec: the far end has G729", 488],
  [{ type: "failed", why: "no ports left" }, "no ports left", 500],
];
for (const [end, words, status] of ours) {
  test(`an end for a reason of ours, ${end.type}, is told to the far end by a status`, () => {
    assert.equal(explainEnd(end), words);
    assert.equal(tellFarEnd(end)?.status, status);
  });
}
