import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/index.ts";
import type { DtlsServer } from "./dtls-server.ts";
import { createHandshakeQueue } from "./handshake-queue.ts";

/** A queue on a manual clock, with servers that note what they get and take `costMs` of a time of their own for it. */
function queueScene(costMs: number) {
  const clock = createManualClock();
  let workedMs = 0;
  const got: { readonly name: string; readonly first: number | undefined; readonly atMs: number }[] = [];
  const queue = createHandshakeQueue(clock, () => clock.monotonicMs() + workedMs);
  const serverOf = (name: string): DtlsServer => ({
    receive: ([first], source) => {
      assert.equal(source, `from ${name}`);
      got.push({ name, first, atMs: clock.monotonicMs() });
      workedMs += costMs;
    },
    confirm: () => undefined,
    close: () => undefined,
  });
  const push = (server: DtlsServer, name: string, first: number) =>
    queue.push(server, Uint8Array.of(first), `from ${name}`);
  return { clock, queue, got, serverOf, push };
}

test("a datagram is handed on in the next turn of the thread, not within the packet's own", () => {
  const { clock, got, serverOf, push } = queueScene(1);
  assert.equal(push(serverOf("a"), "a", 1), true);
  assert.equal(got.length, 0);
  clock.advance(0);
  assert.deepEqual(got, [{ name: "a", first: 1, atMs: 0 }]);
  assert.equal(clock.pendingTimers(), 0);
});

test("handshakes take a quarter of the thread's time, however many there are", () => {
  const { clock, got, serverOf, push } = queueScene(1);
  for (let index = 0; index < 100; index++) push(serverOf("a"), "a", index);
  clock.advance(99);
  assert.deepEqual(
    got.slice(0, 4).map(({ atMs }) => atMs),
    [0, 3, 6, 9],
  );
  // The work itself takes no time of the manual clock.
  assert.equal(got.length, 34);
});

test("a datagram that took very long holds the others up for 5 ms, no longer", () => {
  const { clock, got, serverOf, push } = queueScene(30);
  for (let index = 0; index < 3; index++) push(serverOf("a"), "a", index);
  clock.advance(20);
  assert.deepEqual(
    got.map(({ atMs }) => atMs),
    [0, 5, 10],
  );
});

test("servers take turns, each in its own order", () => {
  const { clock, got, serverOf, push } = queueScene(0);
  const [a, b] = [serverOf("a"), serverOf("b")];
  for (const first of [1, 2, 3]) push(a, "a", first);
  push(b, "b", 9);
  clock.advance(10);
  assert.deepEqual(
    got.map(({ name, first }) => `${name}${first}`),
    ["a1", "b9", "a2", "a3"],
  );
});

test("a datagram is kept as it came, though its memory is used again", () => {
  const { clock, got, serverOf, queue } = queueScene(0);
  const memory = Uint8Array.of(7);
  queue.push(serverOf("a"), memory, "from a");
  memory[0] = 8;
  clock.advance(1);
  assert.equal(got[0]?.first, 7);
});

test("one server keeps eight datagrams waiting, all together 256, none over 2 KiB", () => {
  const { serverOf, push, queue } = queueScene(0);
  const a = serverOf("a");
  const taken = Array.from({ length: 20 }, (_, first) => push(a, "a", first)).filter(Boolean);
  assert.equal(taken.length, 8);
  assert.equal(queue.push(serverOf("b"), new Uint8Array(2_049), "from b"), false);
  const others = Array.from({ length: 300 }, (_, first) => push(serverOf("b"), "b", first)).filter(Boolean);
  assert.equal(taken.length + others.length, 256);
});

test("what waits for a server that is gone is dropped and makes room", () => {
  const { clock, got, serverOf, push, queue } = queueScene(0);
  const a = serverOf("a");
  for (let first = 0; first < 8; first++) push(a, "a", first);
  queue.forget(a);
  queue.forget(a);
  clock.advance(1);
  assert.deepEqual(got, []);
  assert.equal(push(a, "a", 1), true);
  clock.advance(1);
  assert.equal(got.length, 1);
});
