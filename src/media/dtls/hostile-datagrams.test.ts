import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { DtlsPair } from "../../../test/webrtc/dtls-pair.ts";
import { fuzzTest } from "../../testing/internal/fuzz.ts";
import { createRandom } from "../../testing/internal/random.ts";
import { printFragment } from "./handshake-message.ts";
import { printRecord } from "./record.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Datagrams that are wrong in all ways that we know of: noise, records and pieces with any header, and real ones of a client that were cut, changed,
 * repeated or put behind each other. */
function hostileDatagrams(random: () => number, real: readonly Buffer[]): () => Buffer {
  const below = (limit: number) => Math.floor(random() * limit);
  const oneOf = <Value>(values: readonly Value[]): Value => values[below(values.length)] as Value;
  const noise = (length: number) => Buffer.from(Array.from({ length }, () => below(256)));
  const number = (limit: number) => oneOf([0, 1, 2, 3, 4, below(limit), limit - 1]);
  const record = () => {
    const fragment = oneOf([noise(below(80)), piece(), Buffer.concat([piece(), piece()]), noise(2)]);
    return printRecord(
      oneOf([20, 21, 22, 22, 22, 23, below(256)]),
      oneOf([0, 0, 1, 2, 65_535]),
      number(2 ** 48),
      fragment,
    );
  };
  const piece = () => {
    const body = noise(below(60));
    const length = oneOf([body.length, body.length + below(100), number(2 ** 24)]);
    const offset = oneOf([0, below(100), number(2 ** 24)]);
    const type = oneOf([1, 11, 15, 16, 20, below(256)]);
    return printFragment({ type, sequence: oneOf([below(6), number(2 ** 16)]), length, offset, body });
  };
  const changed = () => {
    const copy = Buffer.from(oneOf(real));
    for (let times = below(4); times >= 0; times--) copy[below(copy.length)] = below(256);
    return copy;
  };
  const kinds = [
    () => noise(below(100)),
    record,
    () => Buffer.concat(Array.from({ length: below(20) }, record)),
    changed,
    () => oneOf(real).subarray(0, below(1_500)),
    () => Buffer.concat([oneOf(real), changed()]),
  ];
  return () => oneOf(kinds)();
}

/** What a client sends in a whole handshake. */
function realDatagrams(): readonly Buffer[] {
  const pair = new DtlsPair();
  pair.run();
  pair.client.close();
  return pair.sent.client;
}

// Acceptance: 29
fuzzTest(
  "hostile datagrams at any point of a handshake are left aside and counted: no crash, no growth, no keys",
  100,
  () => {
    const real = realDatagrams();
    return (random) => {
      const next = hostileDatagrams(random, real);
      const pair = new DtlsPair();
      pair.client.start();
      pair.clock.advance(Math.floor(random() * 8));
      const hadKeys = pair.serverKeys !== undefined;
      for (let count = 0; count < 60; count++) pair.server.receive(next(), pair.source);
      assert.equal(pair.serverKeys !== undefined, hadKeys);
      assert.ok(pair.dropped.length > 0 || pair.isOver);
      pair.until(() => pair.isOver, 40_000);
      assert.ok(pair.isOver, "neither keys nor a failure");
      assert.ok(pair.sent.server.length < 150, `${pair.sent.server.length} datagrams sent`);
    };
  },
);

test("an association that is up lives through hostile datagrams", (context) => {
  const seed = Date.now() % 1_000_000;
  context.diagnostic(`seed ${seed}`);
  const pair = new DtlsPair();
  const strangers = realDatagrams();
  pair.run();
  pair.clock.advance(100);
  const sentBefore = pair.sent.server.length;
  const next = hostileDatagrams(createRandom(seed), [...strangers, ...pair.sent.client]);
  for (let count = 0; count < 5_000; count++) pair.server.receive(next(), pair.source);
  assert.deepEqual([pair.failure, pair.closed, pair.sent.server.length], [undefined, [], sentBefore], `seed ${seed}`);
  pair.client.close();
  pair.clock.advance(1);
  assert.deepEqual(pair.closed, ["server"]);
});

test("what a server keeps of a flood of pieces does not grow with the flood", () => {
  const pairs = Array.from({ length: 20 }, () => {
    const pair = new DtlsPair();
    pair.client.start();
    pair.clock.advance(3);
    return pair;
  });
  const flood = (times: number) => {
    for (let count = 0; count < times; count++) {
      const body = Buffer.of(count & 0xff);
      const piece = { type: 11, sequence: count % 9, length: 8_192, offset: (count * 31) % 8_192, body };
      const datagram = printRecord(22, count % 2, count, printFragment(piece));
      for (const { server, source, dropped } of pairs) {
        server.receive(datagram, source);
        dropped.length = 0;
      }
    }
  };
  const usedBytes = () => {
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  flood(500);
  const before = usedBytes();
  flood(5_000);
  const grownBytes = usedBytes() - before;
  assert.ok(grownBytes < 1_000_000, `${grownBytes} bytes more`);
});
