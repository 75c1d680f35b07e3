import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../manual-clock.ts";
import { createMemoryPackets } from "./memory-packets.ts";

test("datagrams in memory arrive after the latency with their source, in order, at who is open then", async () => {
  const clock = createManualClock();
  const io = createMemoryPackets(clock, 5);
  const got: string[] = [];
  const one = await io.open("127.0.0.1", 0, () => undefined);
  const other = await io.open("127.0.0.1", 4_000, (packet, source) =>
    got.push(`${[...packet].join()} from ${source.port}`),
  );
  const target = one.prepare("127.0.0.1", 4_000);
  const packet = Uint8Array.of(1, 2);

  one.send(packet, target);
  packet.fill(9);
  one.send(packet, target);
  one.send(packet, one.prepare("127.0.0.1", 4_001));
  clock.advance(4);
  assert.deepEqual(got, []);
  clock.advance(1);
  await other.close();
  one.send(packet, target);
  clock.advance(5);

  assert.deepEqual(got, [`1,2 from ${one.port}`, `9,9 from ${one.port}`]);
});

test("an address is taken by one socket at a time", async () => {
  const io = createMemoryPackets(createManualClock());
  const open = (port: number) => io.open("127.0.0.1", port, () => undefined);
  const first = await open(0);

  assert.notEqual((await open(0)).port, first.port);
  await assert.rejects(open(first.port), { code: "EADDRINUSE" });
  await first.close();
  assert.equal((await open(first.port)).port, first.port);
});
