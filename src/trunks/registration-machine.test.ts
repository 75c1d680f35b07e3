import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  newRegistration,
  stepRegistration,
  type RegistrationInput,
  type RegistrationState,
} from "./registration-machine.ts";

const target = (host: string) => ({ transport: "udp", host, port: 5060 }) as const;
const targets = [target("a"), target("b")];
const base: RegistrationState = { ...newRegistration(3_600), targets };
const states = {
  waiting: { ...base, phase: { type: "waiting", why: "why" }, failures: 1, deadlineMs: 5_000 },
  locating: { ...base, phase: { type: "locating" } },
  first: { ...base, phase: { type: "registering", at: 0 } },
  last: { ...base, phase: { type: "registering", at: 1 } },
  registered: { ...base, phase: { type: "registered", at: 1 }, heldUntilMs: 3_600_000, deadlineMs: 3_240_000 },
  refreshing: { ...base, phase: { type: "registering", at: 1 }, heldUntilMs: 3_600_000 },
  lapsed: { ...base, phase: { type: "waiting", why: "why" }, heldUntilMs: 500, deadlineMs: 5_000 },
  leaving: { ...base, phase: { type: "leaving" }, heldUntilMs: 3_600_000, deadlineMs: 2_000 },
  over: { ...base, phase: { type: "over" } },
} as const satisfies Readonly<Record<string, RegistrationState>>;

const response = (status: number, more: object = {}): RegistrationInput => ({
  ...{ type: "response", status, grantedS: undefined, smallestS: undefined, retryAfterS: undefined },
  ...more,
});
const inputs = {
  start: { type: "start" },
  timer: { type: "timer" },
  stop: { type: "stop" },
  "connection lost": { type: "connection-lost" },
  located: { type: "located", targets },
  "located nothing": { type: "located", targets: [] },
  "not located": { type: "not-located", why: "no name server" },
  200: response(200, { grantedS: 600 }),
  "200 for nothing": response(200, { grantedS: 0 }),
  423: response(423, { smallestS: 7_200 }),
  "423 without a number": response(423),
  "423 for ever": response(423, { smallestS: 1e9 }),
  403: response(403),
  503: response(503, { retryAfterS: 40 }),
  silence: { type: "no-response", why: "no response" },
} as const satisfies Readonly<Record<string, RegistrationInput>>;

/** What follows at 1 s: the phase, the deadline in seconds, the effects. */
function follows(state: RegistrationState, input: RegistrationInput): string {
  const [{ phase, deadlineMs }, effects] = stepRegistration(state, input, { atMs: 1_000, chance: 0 });
  const where = "at" in phase ? `${phase.type} ${targets[phase.at]?.host}` : phase.type;
  const until = deadlineMs === undefined ? "" : ` until ${deadlineMs / 1_000}`;
  const words = effects.map((effect) => {
    if (effect.do === "send") return `send ${effect.target.host} ${effect.expiresS}`;
    return effect.do === "tell" ? effect.is : effect.do;
  });
  return [`${where}${until}`, ...words].join(", ");
}

/** What follows; "=" where nothing changes. */
const rows: Readonly<Record<keyof typeof inputs, Readonly<Record<keyof typeof states, string>>>> = {
  start: {
    ...{
      waiting: "locating, locate",
      locating: "=",
      first: "=",
      last: "=",
      refreshing: "=",
      lapsed: "locating, locate",
    },
    ...{ registered: "registering b, send b 3600", leaving: "over, done", over: "=" },
  },
  timer: {
    ...{
      waiting: "locating, locate",
      locating: "=",
      first: "=",
      last: "=",
      refreshing: "=",
      lapsed: "locating, locate",
    },
    ...{ registered: "registering b, send b 3600", leaving: "over, done", over: "=" },
  },
  stop: {
    ...{ waiting: "over, done", locating: "over, done", first: "leaving until 2, send a 0" },
    ...{ last: "leaving until 2, send b 0", registered: "leaving until 2, send b 0" },
    ...{ refreshing: "leaving until 2, send b 0", lapsed: "over, done", leaving: "=", over: "=" },
  },
  "connection lost": {
    ...{ waiting: "=", locating: "=", first: "=", last: "=", registered: "registered b until 3" },
    ...{ refreshing: "=", lapsed: "=", leaving: "=", over: "=" },
  },
  located: {
    ...{ waiting: "=", locating: "registering a, send a 3600", first: "=", last: "=", registered: "=" },
    ...{ refreshing: "=", lapsed: "=", leaving: "=", over: "=" },
  },
  "located nothing": {
    ...{ waiting: "=", locating: "waiting until 6, failing", first: "=", last: "=", registered: "=" },
    ...{ refreshing: "=", lapsed: "=", leaving: "=", over: "=" },
  },
  "not located": {
    ...{ waiting: "=", locating: "waiting until 6, failing", first: "=", last: "=", registered: "=" },
    ...{ refreshing: "=", lapsed: "=", leaving: "=", over: "=" },
  },
  200: {
    ...{ waiting: "=", locating: "=", first: "registered a until 541, registered" },
    ...{ last: "registered b until 541, registered", registered: "=" },
    ...{ refreshing: "registered b until 541, registered", lapsed: "=", leaving: "over, done", over: "=" },
  },
  "200 for nothing": {
    ...{ waiting: "=", locating: "=", first: "waiting until 61, failing", last: "waiting until 61, failing" },
    ...{ registered: "=", refreshing: "waiting until 61, failing", lapsed: "=", leaving: "over, done", over: "=" },
  },
  423: {
    ...{ waiting: "=", locating: "=", first: "registering a, send a 7200", last: "registering b, send b 7200" },
    ...{ registered: "=", refreshing: "registering b, send b 7200", lapsed: "=", leaving: "over, done", over: "=" },
  },
  "423 without a number": {
    ...{ waiting: "=", locating: "=", first: "waiting until 61, failing", last: "waiting until 61, failing" },
    ...{ registered: "=", refreshing: "waiting until 61, failing", lapsed: "=", leaving: "over, done", over: "=" },
  },
  "423 for ever": {
    ...{ waiting: "=", locating: "=", first: "waiting until 61, failing", last: "waiting until 61, failing" },
    ...{ registered: "=", refreshing: "waiting until 61, failing", lapsed: "=", leaving: "over, done", over: "=" },
  },
  403: {
    ...{ waiting: "=", locating: "=", first: "waiting until 61, failing", last: "waiting until 61, failing" },
    ...{ registered: "=", refreshing: "waiting until 61, failing", lapsed: "=", leaving: "over, done", over: "=" },
  },
  503: {
    ...{ waiting: "=", locating: "=", first: "registering b, send b 3600", last: "waiting until 41, failing" },
    ...{ registered: "=", refreshing: "waiting until 41, failing", lapsed: "=", leaving: "over, done", over: "=" },
  },
  silence: {
    ...{ waiting: "=", locating: "=", first: "registering b, send b 3600", last: "waiting until 6, failing" },
    ...{ registered: "=", refreshing: "waiting until 6, failing", lapsed: "=", leaving: "over, done", over: "=" },
  },
};

// Contract: sip-and-media-trunk-registration
describe("a registration of ours (Contract: sip-and-media-trunk-registration)", () => {
  for (const [name, input] of Object.entries(inputs)) {
    for (const [from, state] of Object.entries(states)) {
      const to = rows[name as keyof typeof inputs][from as keyof typeof states];
      it(`${from}, ${name}: ${to}`, () => {
        if (to !== "=") assert.equal(follows(state, input), to);
        else assert.deepEqual(stepRegistration(state, input, { atMs: 1_000, chance: 0 }), [state, []]);
      });
    }
  }

  it("that fails waits twice as long each time, up to five minutes, and by chance up to half of it less", () => {
    const wait = (failures: number, chance: number) =>
      (stepRegistration({ ...states.last, failures }, inputs.silence, { atMs: 0, chance })[0].deadlineMs ?? 0) / 1_000;
    assert.deepEqual(
      [0, 1, 2, 6, 7, 99].map((failures) => wait(failures, 0)),
      [5, 10, 20, 300, 300, 300],
    );
    assert.equal(wait(2, 0.999), 11);
  });

  it("is refreshed before it ends, however short it is", () => {
    const after = (grantedS: number) =>
      (stepRegistration(states.first, response(200, { grantedS }), { atMs: 0, chance: 0 })[0].deadlineMs ?? 0) / 1_000;
    assert.deepEqual([86_400, 3_600, 60, 30, 10, 1].map(after), [77_760, 3_240, 54, 25, 5, 1]);
  });

  it("without a word of the registrar on its length lasts as long as was asked for", () => {
    const [held] = stepRegistration(states.first, response(200), { atMs: 0, chance: 0 });
    assert.equal(held.heldUntilMs, 3_600_000);
  });
});
