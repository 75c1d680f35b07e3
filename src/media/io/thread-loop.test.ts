import assert from "node:assert/strict";
import { after, test } from "node:test";
import { MessageChannel } from "node:worker_threads";
import { PacketMemory } from "./packet-memory.ts";
import { createThreadLoop } from "./thread-loop.ts";
import type { SystemCalls } from "./system-calls.ts";

const nobody = { takePackets: () => false };

/** A system with sockets that never get a packet; `watched` are the descriptors that wake the loop, `waitsMs` how long it would wait, for packets and
 * the bell; `restsMs` for the bell alone.
 * @param come events that each wait gives: that of the bell, if it is one */
function aQuietSystem(come = 0) {
  const watched: number[] = [];
  const waitsMs: number[] = [];
  const restsMs: number[] = [];
  let epolls = 0;
  const allocated = { address: 4096, buffer: new ArrayBuffer(1 << 20) };
  const done = () => 0;
  const calls = {
    socket: done,
    setsockopt: done,
    bind: done,
    getsockname: done,
    close: done,
    epollCreate: () => ++epolls,
    eventfd: () => 5,
  };
  const names = { inetPton: done, inetNtop: done, ifNametoindex: done, ifIndextoname: done, errorName: () => "" };
  const system: SystemCalls = {
    ...{ ...calls, ...names, recvmmsg: done, sendto: done },
    epollControl: (epoll, _operation, descriptor) => (epoll === 1 ? watched.push(descriptor) : 0),
    epollWait: (epoll, _events, _most, timeoutAt) => {
      const nanoseconds = new DataView(allocated.buffer).getUint32(timeoutAt - allocated.address + 8, true);
      (epoll === 1 ? waitsMs : restsMs).push(nanoseconds / 1e6);
      return come;
    },
    allocate: () => allocated,
  };
  return { loop: createThreadLoop(system, new PacketMemory(system)), watched, waitsMs, restsMs };
}

test("sockets and the bell alone wake the loop: whoever wakes that of Node holds a lock that a turn of it needs", () => {
  const { loop, watched } = aQuietSystem();

  const id = loop.add(7, nobody);

  assert.deepEqual(watched, [loop.bell, 7]);
  loop.remove(id);
});

test("Node's own loop has its turn, soon, though nothing wakes this one", async () => {
  const { loop, waitsMs } = aQuietSystem();
  const id = loop.add(7, nobody);
  after(() => loop.remove(id));
  const { port1, port2 } = new MessageChannel();
  const came = new Promise<unknown>((resolve) => port1.once("message", resolve));

  port2.postMessage("a command");

  assert.equal(await came, "a command");
  port1.close();
  assert.ok(waitsMs.length > 0);
  assert.ok(Math.max(...waitsMs) <= 2.5, `it waited ${Math.max(...waitsMs)} ms`);
});

test("a bell gives Node's own loop its turn before the next wait, though packets may be there", async () => {
  const { loop, waitsMs } = aQuietSystem(1);
  const id = loop.add(7, nobody);
  after(() => loop.remove(id));
  const seen: number[] = [];

  for (let turn = 0; turn < 4; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(waitsMs.length);
  }

  // The first is that of its making.
  assert.deepEqual(seen, [2, 3, 4, 5]);
});

test("what was sent to the thread is taken as soon as the bell is rung, before packets are waited for again", async () => {
  const { loop, waitsMs } = aQuietSystem(1);
  const taken: number[] = [];
  loop.takeMail = () => void taken.push(waitsMs.length);
  const id = loop.add(7, nobody);
  after(() => loop.remove(id));

  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));

  // The first wait is that of the loop's making.
  assert.deepEqual(taken, [2, 3, 4]);
});

test("packets that may wait do not wake the thread: it rests until the next turn, and then takes what is there", async () => {
  const { loop, waitsMs, restsMs } = aQuietSystem();
  loop.isPatient = true;
  const id = loop.add(7, nobody);
  after(() => loop.remove(id));

  await new Promise((resolve) => setImmediate(resolve));

  assert.equal(restsMs.length, 1);
  assert.ok((restsMs[0] ?? 0) > 1, `it rested for ${restsMs[0]} ms`);
  assert.deepEqual(waitsMs, [0, 0]);
});
