import assert from "node:assert/strict";
import { test } from "node:test";
import { CONSENT_MS, createIceAgent, MOST_PATHS, type CheckOutcome, type IceEvent } from "./ice-agent.ts";
import { writeStun, type StunAttribute } from "./stun-answer.ts";
import { isIntact, readStun, stunAttributes, stunTypes } from "./stun-message.ts";

const names = { ufrag: "ours", password: "a password of 22 bytes", remoteUfrag: "them" };
const home = { address: "203.0.113.5", port: 4000 };
const mobile = { address: "198.51.100.7", port: 5000 };

interface Check {
  readonly username?: string;
  readonly password?: string;
  readonly type?: number;
  readonly nominates?: boolean;
  readonly more?: readonly StunAttribute[];
}

function check({ username = "ours:them", password = names.password, type = 1, nominates, more = [] }: Check = {}) {
  const attributes: StunAttribute[] = [
    { type: stunAttributes.username, value: Buffer.from(username) },
    { type: stunAttributes.priority, value: Uint8Array.of(1, 2, 3, 4) },
    ...more,
  ];
  if (nominates === true) attributes.push({ type: stunAttributes.useCandidate, value: new Uint8Array(0) });
  const message = readStun(writeStun(type, new Uint8Array(12).fill(7), attributes, password));
  assert.ok(message !== undefined);
  return message;
}

function eventsOf(outcome: CheckOutcome): readonly IceEvent[] {
  assert.equal(outcome.type, "answered");
  return outcome.type === "answered" ? outcome.events : [];
}

test("the first check that is right makes its source the way to the far end, and is answered with it", () => {
  const agent = createIceAgent(names, 0);
  const outcome = agent.receive(check(), home, 10);

  assert.deepEqual(eventsOf(outcome), [
    { type: "path-heard", path: home },
    { type: "selected", path: home },
  ]);
  assert.deepEqual(agent.selected, home);
  const answer = outcome.type === "answered" ? readStun(outcome.answer) : undefined;
  assert.ok(answer !== undefined && isIntact(answer, names.password));
  assert.equal(answer.type, stunTypes.success);
});

test("the way that is nominated is taken, and another one only when it is nominated too", () => {
  const agent = createIceAgent(names, 0);
  agent.receive(check(), home, 10);
  assert.deepEqual(eventsOf(agent.receive(check({ nominates: true }), mobile, 20)), [
    { type: "path-heard", path: mobile },
    { type: "selected", path: mobile },
  ]);
  assert.deepEqual(eventsOf(agent.receive(check(), home, 30)), [{ type: "path-heard", path: home }]);
  assert.deepEqual(agent.selected, mobile);
  assert.deepEqual(eventsOf(agent.receive(check({ nominates: true }), home, 40)), [
    { type: "path-heard", path: home },
    { type: "selected", path: home },
  ]);
});

test("before anything is nominated, the way of the latest check is taken", () => {
  const agent = createIceAgent(names, 0);
  agent.receive(check(), home, 10);
  agent.receive(check(), mobile, 20);
  assert.deepEqual(agent.selected, mobile);
});

const refusals: Readonly<Record<string, readonly [Check, string]>> = {
  "with another password": [{ password: "another" }, "stun-not-authentic"],
  "that names another far end": [{ username: "ours:others" }, "stun-malformed"],
  "that names nobody": [{ username: "" }, "stun-malformed"],
  "that is an indication": [{ type: stunTypes.indication }, "stun-malformed"],
  "that is an answer": [{ type: stunTypes.success }, "stun-malformed"],
};
for (const [what, [made, cause]] of Object.entries(refusals)) {
  test(`a check ${what} is dropped without an answer and changes nothing`, () => {
    const agent = createIceAgent(names, 0);
    assert.deepEqual(agent.receive(check(made), home, 10), { type: "refused", cause });
    assert.equal(agent.selected, undefined);
    assert.deepEqual(agent.expire(CONSENT_MS), [{ type: "consent-lost" }]);
  });
}

test("a check without integrity is dropped", () => {
  const agent = createIceAgent(names, 0);
  const { bytes } = check();
  // The integrity becomes an attribute that may be left unread; the fingerprint is left out.
  const bare = bytes.slice(0, -8);
  new DataView(bare.buffer).setUint16(2, bare.length - 20);
  new DataView(bare.buffer).setUint16(bare.length - 24, 0x8fff);
  const message = readStun(bare);

  assert.ok(message !== undefined);
  assert.deepEqual(agent.receive(message, home, 10), { type: "refused", cause: "stun-not-authentic" });
});

for (const [what, more, code] of [
  ["the other end that is controlled", { type: stunAttributes.controlled, value: new Uint8Array(8) }, 487],
  ["an attribute that has to be understood and is not", { type: 0x7ffe, value: new Uint8Array(0) }, 420],
] as const) {
  test(`${what} is told so by an error ${code}, and the source is no way`, () => {
    const agent = createIceAgent(names, 0);
    const outcome = agent.receive(check({ more: [more] }), home, 10);
    const answer = outcome.type === "answered" ? readStun(outcome.answer) : undefined;

    assert.ok(answer !== undefined && isIntact(answer, names.password));
    assert.equal(answer.type, stunTypes.error);
    assert.deepEqual([answer.bytes[26], answer.bytes[27]], [Math.floor(code / 100), code % 100]);
    assert.equal(agent.selected, undefined);
  });
}

test("the controlling end is answered", () => {
  const agent = createIceAgent(names, 0);
  const more = [{ type: stunAttributes.controlling, value: new Uint8Array(8) }];
  assert.equal(eventsOf(agent.receive(check({ more }), home, 10)).length, 2);
});

test("without a check, consent is lost once, and nothing is sent or answered from then on", () => {
  const agent = createIceAgent(names, 0);
  agent.receive(check({ nominates: true }), home, 1000);

  assert.deepEqual(agent.expire(999 + CONSENT_MS), []);
  assert.deepEqual(agent.expire(1000 + CONSENT_MS), [{ type: "path-removed", path: home }, { type: "consent-lost" }]);
  assert.equal(agent.selected, undefined);
  assert.deepEqual(agent.expire(2000 + CONSENT_MS), []);
  assert.equal(agent.receive(check(), home, 3000 + CONSENT_MS).type, "refused");
});

test("later checks keep the consent", () => {
  const agent = createIceAgent(names, 0);
  for (let nowMs = 0; nowMs < 10 * CONSENT_MS; nowMs += CONSENT_MS - 1) {
    agent.receive(check(), home, nowMs);
    assert.deepEqual(agent.expire(nowMs + CONSENT_MS - 1), []);
  }
});

test("a far end that never checks is lost in the same time", () => {
  const agent = createIceAgent(names, 500);
  assert.deepEqual(agent.expire(499 + CONSENT_MS), []);
  assert.deepEqual(agent.expire(500 + CONSENT_MS), [{ type: "consent-lost" }]);
});

test("when the way in use loses consent, the one that was heard latest is taken", () => {
  const agent = createIceAgent(names, 0);
  agent.receive(check({ nominates: true }), home, 0);
  agent.receive(check(), mobile, 5000);

  assert.deepEqual(agent.expire(CONSENT_MS), [
    { type: "path-removed", path: home },
    { type: "selected", path: mobile },
  ]);
  assert.deepEqual(agent.selected, mobile);
});

test("only so many ways are kept, and the one in use among them", () => {
  const agent = createIceAgent(names, 0);
  agent.receive(check({ nominates: true }), home, 0);
  const removed: IceEvent[] = [];
  for (let port = 1; port <= 2 * MOST_PATHS; port++) {
    const events = eventsOf(agent.receive(check(), { ...mobile, port }, port * 100));
    removed.push(...events.filter(({ type }) => type === "path-removed"));
  }

  assert.equal(removed.length, MOST_PATHS + 1);
  assert.deepEqual(removed[0], { type: "path-removed", path: { ...mobile, port: 1 } });
  assert.deepEqual(agent.selected, home);
});

test("more checks than a browser sends are not worked on, until time has passed", () => {
  const agent = createIceAgent(names, 0);
  const outcomes = Array.from({ length: 1000 }, () => agent.receive(check(), home, 10));

  assert.equal(outcomes.filter(({ type }) => type === "answered").length, 100);
  assert.deepEqual(outcomes.at(-1), { type: "refused", cause: "stun-too-many" });
  assert.equal(agent.receive(check(), home, 1010).type, "answered");
});

test("whose answer has not come may ring for long; his checks count before it, and from it on he has to consent", () => {
  const agent = createIceAgent({ ...names, remoteUfrag: undefined }, 0);
  assert.deepEqual(agent.expire(10 * CONSENT_MS), []);
  assert.equal(agent.receive(check({ username: "other:them" }), home, 10).type, "refused");

  agent.know("them", 10 * CONSENT_MS);
  assert.deepEqual(agent.expire(11 * CONSENT_MS - 1), []);
  assert.equal(agent.receive(check({ username: "ours:somebody" }), home, 11 * CONSENT_MS - 1).type, "refused");
  assert.deepEqual(agent.expire(11 * CONSENT_MS), [{ type: "consent-lost" }]);

  const early = createIceAgent({ ...names, remoteUfrag: undefined }, 0);
  assert.equal(early.receive(check(), home, 10).type, "answered");
});
