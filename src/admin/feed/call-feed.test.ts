import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CallFact } from "../../call/index.ts";
import type { TransactionId } from "../../kernel/index.ts";
import { createCallFeed } from "./call-feed.ts";

const observe = (id: string, fact: CallFact) => ({ at: 1_000, transactionId: id as TransactionId, fact });
const signalled = (id: string) => observe(id, { type: "leg-signalled", participantTag: "LEG-A", sipCallId: "x" });

describe("the feed of calls", () => {
  it("keeps the latest entries, and gives those behind a number and those of one call", () => {
    const feed = createCallFeed(3);
    assert.deepEqual([feed.last(), feed.since(0)], [0, []]);

    for (const id of ["a", "b", "a", "b", "a"]) feed.add(signalled(id));

    assert.deepEqual([feed.oldest(), feed.last()], [3, 5]);
    assert.deepEqual(
      feed.since(0).map(({ number, callId }) => `${number}${callId}`),
      ["3a", "4b", "5a"],
    );
    assert.deepEqual(
      feed.since(4).map(({ number }) => number),
      [5],
    );
    assert.deepEqual(feed.since(5), []);
    assert.equal(feed.ofCall("a").length, 2);
  });

  it("keeps no event, reply, parameter or stack, which could be long", () => {
    const feed = createCallFeed();
    const long = "x".repeat(10_000);
    feed.add(
      observe("a", { type: "invoked", sequence: 1, event: { InvocationEventType: "HANGUP", CallDetails: long } }),
    );
    feed.add(
      observe("a", {
        ...{ type: "replied", sequence: 1, tookMs: 3 },
        response: { Actions: [{ Type: "Speak", Parameters: { Text: long } }, null, { Type: long }] },
      }),
    );
    feed.add(
      observe("a", { type: "action-started", action: "Speak", participantTag: "LEG-A", parameters: { Text: long } }),
    );

    assert.deepEqual(
      feed.since(0).map(({ fact }) => fact),
      [
        { type: "invoked", sequence: 1, eventType: "HANGUP" },
        { type: "replied", sequence: 1, tookMs: 3, actions: ["Speak", "", "x".repeat(64)] },
        { type: "action-started", action: "Speak", participantTag: "LEG-A" },
      ],
    );
  });

  it("tells whoever watches until it stops", () => {
    const feed = createCallFeed();
    const told: number[] = [];
    const stop = feed.watch(({ number }) => void told.push(number));
    feed.add(signalled("a"));
    stop();
    feed.add(signalled("a"));
    assert.deepEqual(told, [1]);
  });
});
