import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, it } from "node:test";
import type { TransactionId } from "../../kernel/index.ts";
import { createManualClock } from "../../testing/index.ts";
import { createCallFeed } from "./call-feed.ts";
import { createEventStreams, type WatchQuery } from "./event-streams.ts";
import type { OthersListener } from "./follow-others.ts";

/** A response that keeps what is written to it, as one whose reader takes nothing where it is told so. */
class FakeResponse {
  text = "";
  writableLength = 0;
  isEnded = false;
  isDestroyed = false;
  isStalled = false;
  readonly #onClose: (() => void)[] = [];
  once(_name: "close", listener: () => void) {
    this.#onClose.push(listener);
    return this;
  }
  writeHead() {
    return this;
  }
  write(text: string) {
    this.text += text;
    if (this.isStalled) this.writableLength += Buffer.byteLength(text);
    return !this.isStalled;
  }
  end(text = "") {
    this.text += text;
    this.isEnded = true;
    return this;
  }
  destroy() {
    this.isDestroyed = true;
    this.close();
  }
  close() {
    for (const listener of this.#onClose.splice(0)) listener();
  }
}

function openScene() {
  const clock = createManualClock();
  const feed = createCallFeed(4);
  const streams = createEventStreams(feed, "run", clock);
  const add = (id: string) =>
    feed.add({
      ...{ at: 0, transactionId: id as TransactionId },
      fact: { type: "leg-signalled", participantTag: "LEG-A", sipCallId: "x" },
    });
  const open = (query: Partial<WatchQuery> = {}) => {
    const response = new FakeResponse();
    const exchange = { request: { method: "GET", headers: {} }, response } as unknown as {
      request: IncomingMessage;
      response: ServerResponse;
    };
    streams.open(exchange, { callId: undefined, after: undefined, ...query });
    return response;
  };
  return { clock, streams, add, open };
}

const idsOf = ({ text }: FakeResponse) => [...text.matchAll(/^id: (.*)\ndata/gm)].map(([, id]) => id);

describe("a stream of events", () => {
  it("says where it begins, and goes on with what happens, of one call where that is asked for", () => {
    const { add, open } = openScene();
    add("a");
    const all = open();
    const one = open({ callId: "b" });
    add("a");
    add("b");
    assert.match(all.text, /^retry: 2000\nid: run\.1\nevent: hello\n/);
    assert.deepEqual([idsOf(all), idsOf(one)], [["run.2", "run.3"], ["run.3"]]);
  });

  it("goes on behind the last event that its reader had, and says when some are missing", () => {
    const { add, open } = openScene();
    for (let count = 0; count < 3; count += 1) add("a");
    assert.deepEqual(idsOf(open({ after: "run.1" })), ["run.2", "run.3"]);
    for (let count = 0; count < 4; count += 1) add("a");

    const late = open({ after: "run.1" });
    const foreign = open({ after: "other.6" });

    assert.match(late.text, /event: gap\ndata: .*too old/);
    assert.deepEqual(idsOf(late), ["run.4", "run.5", "run.6", "run.7"]);
    assert.match(foreign.text, /event: gap\ndata: .*started anew/);
    assert.equal(open({ after: "run.7" }).text.includes("gap"), false);
  });

  it("drops a reader that does not read, with a word, and cuts it off when that does not get through either", () => {
    const { add, open, streams, clock } = openScene();
    const response = open();
    response.isStalled = true;
    response.writableLength = 262_144;
    add("a");
    assert.match(response.text, /event: dropped\ndata: .*too slowly.*Last-Event-ID/);
    assert.deepEqual([response.isEnded, response.isDestroyed, streams.count()], [true, false, 0]);
    clock.advance(10_000);
    assert.equal(response.isDestroyed, true);
  });

  it("sends a comment where nothing happens, and ends with the server", () => {
    const { open, streams, clock } = openScene();
    const response = open();
    clock.advance(15_000);
    clock.advance(15_000);
    assert.equal(response.text.split(": \n\n").length, 3);
    streams.close();
    assert.match(response.text, /event: dropped\ndata: .*the server stops/);
  });

  it("is refused when there are too many, until one closes", () => {
    const { open } = openScene();
    const responses = Array.from({ length: 64 }, () => open());
    assert.throws(() => open(), { code: "API_LIMIT_EXCEEDED" });
    responses[0]?.close();
    open();
  });

  it("tells of other nodes too where it is asked to, with ids that say where each is, and goes on by one at another node", () => {
    const { add, open } = openScene();
    add("a");
    let listener: OthersListener | undefined;
    let stops = 0;
    const follow = (others: OthersListener) => {
      listener = others;
      return () => void stops++;
    };
    const response = open({ after: "gone.8~run.1", others: { node: "here", follow } });
    listener?.reached("b.3");
    listener?.told("there", "b.4", { id: "b.4", callId: "c" });
    add("a");
    listener?.missed("there", "it is away");

    assert.match(response.text, /\nid: run.1~gone.8~b.3\n\n/);
    assert.match(response.text, /id: run.1~gone.8~b.4\ndata: {"id":"run.1~gone.8~b.4","callId":"c","node":"there"}\n/);
    assert.match(response.text, /id: run.2~gone.8~b.4\ndata: {[^\n]*"node":"here"}\n/);
    assert.match(response.text, /event: gap\ndata: {"why":"Events of the node there are missing: it is away"}/);
    response.close();
    assert.equal(stops, 1);
  });
});
