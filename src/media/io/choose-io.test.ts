import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../../kernel/index.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryPackets } from "../../testing/internal/memory-packets.ts";
import { chooseIo } from "./choose-io.ts";
import { createLoadGate, shutLoadGate } from "./load-gate.ts";
import type { PacketIo } from "./packet-io.ts";

/** Packets in memory that come back a moment later, by what `pass` makes of them. */
function anIo(pass: (packet: Uint8Array) => Uint8Array): PacketIo {
  const clock = createManualClock();
  const io = createMemoryPackets(clock);
  return {
    open: async (address, port, receive) => {
      const socket = await io.open(address, port, (packet, source) => receive(pass(packet), source));
      return {
        port: socket.port,
        first: undefined,
        prepare: (to, toPort) => socket.prepare(to, toPort),
        send: (packet, target) => {
          socket.send(packet, target);
          clock.advance(1);
        },
        close: () => socket.close(),
      };
    },
  };
}

for (const wanted of ["auto", "batched"] as const) {
  test(`${wanted}: batched packets are taken, with their clock, when one has come back`, async () => {
    const io = anIo((packet) => packet);
    const clock = createManualClock();

    const { chosen, ...taken } = await chooseIo(wanted, createLoadGate(), async () => ({ io, clock }));

    assert.deepEqual(chosen, { way: "batched" });
    assert.deepEqual(taken, { io, clock });
  });

  test(`${wanted}: dgram is taken, with the cause, where the calls cannot be loaded`, async () => {
    const noLibrary = async () => Promise.reject(new Error("no library for it"));

    const { chosen } = await chooseIo(wanted, createLoadGate(), noLibrary);

    assert.deepEqual(chosen, { way: "dgram", why: "no library for it" });
  });
}

test("dgram is taken, with the cause, where a packet comes back changed", async () => {
  const io = anIo((packet) => packet.slice(1));

  const { chosen, clock } = await chooseIo("batched", createLoadGate(), async () => ({
    io,
    clock: createManualClock(),
  }));

  assert.deepEqual(chosen, { way: "dgram", why: "a packet to the sender itself came back changed" });
  assert.equal(clock, systemClock);
});

test("the calls are not loaded where the process is about to end", async () => {
  const gate = createLoadGate();
  shutLoadGate(gate);

  const { chosen } = await chooseIo("auto", gate, () => assert.fail("they were loaded"));

  assert.deepEqual(chosen, { way: "dgram", why: "the process ends" });
});

test("the batched way is not even tried when dgram is wanted", async () => {
  const { chosen } = await chooseIo("dgram", createLoadGate(), async () => assert.fail("it was tried"));

  assert.deepEqual(chosen, { way: "dgram" });
});
