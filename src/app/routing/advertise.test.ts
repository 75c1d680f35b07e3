import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "../../kernel/index.ts";
import { createManualClock } from "../../testing/index.ts";
import { openAdvertising } from "./advertise.ts";

const listener = (host: string) =>
  ({ transport: "udp", host: "10.0.0.1", port: 5060, advertise: { host, port: 5070 } }) as const;

test("an advertised name has the addresses that it has now: it is looked up at the start and every 30 s, and failures change nothing", async () => {
  const clock = createManualClock();
  const answers: (readonly string[] | Error)[] = [
    ["203.0.113.7"],
    ["203.0.113.8", "2001:db8::8"],
    new Error("down"),
    [],
  ];
  const asked: string[] = [];
  const lookUp = async (name: string) => {
    asked.push(name);
    const answer = answers.shift() ?? [];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const opened = await openAdvertising([listener("sip.example.com")], { clock, log: silentLogger, lookUp });
  const addresses = () => opened.listeners[0]?.advertised?.addresses();
  assert.deepEqual(addresses(), ["203.0.113.7"]);
  for (let round = 0; round < 3; round++) {
    clock.advance(30_000);
    await new Promise(setImmediate);
    assert.deepEqual(addresses(), ["203.0.113.8", "2001:db8::8"]);
  }

  await opened.close();
  assert.equal(clock.pendingTimers(), 0);
  assert.equal(asked.length, 4);
});

test("an address that calls were told stays the first while the name has it", async () => {
  const clock = createManualClock();
  const answers = [
    ["203.0.113.7", "203.0.113.9"],
    ["203.0.113.8", "203.0.113.9"],
    ["203.0.113.5", "203.0.113.9", "203.0.113.8"],
  ];
  const lookUp = async () => answers.shift() ?? [];
  const opened = await openAdvertising([listener("sip.example.com")], { clock, log: silentLogger, lookUp });
  const seen: unknown[] = [];
  for (let round = 0; round < 3; round++) {
    seen.push(opened.listeners[0]?.advertised?.addresses()[0]);
    clock.advance(30_000);
    await new Promise(setImmediate);
  }

  assert.deepEqual(seen, ["203.0.113.7", "203.0.113.9", "203.0.113.9"]);
  await opened.close();
});

test("an address is its own, and nothing is looked up", async () => {
  const lookUp = () => assert.fail("it was looked up");
  const parts = { clock: createManualClock(), log: silentLogger, lookUp };
  const opened = await openAdvertising([listener("203.0.113.7")], parts);

  assert.deepEqual(opened.listeners[0]?.advertised?.addresses(), ["203.0.113.7"]);
  assert.equal(opened.listeners[0]?.advertised?.port, 5070);
});

test("a name without an address at the start is an error that names it; one that takes too long too", async () => {
  const clock = createManualClock();
  const parts = { clock, log: silentLogger };
  const failing = openAdvertising([listener("no.test")], { ...parts, lookUp: async () => [] });
  await assert.rejects(failing, {
    code: "APP_HOST_NOT_FOUND",
    message: /^no\.test, which sip\.advertise or sip\.listen/,
  });
  const slow = openAdvertising([listener("slow.test")], { ...parts, lookUp: () => new Promise(() => undefined) });
  clock.advance(5_001);
  await assert.rejects(slow, { code: "APP_HOST_NOT_FOUND", message: /no answer within 5 s/ });
});
