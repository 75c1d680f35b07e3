import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClientEffect, ClientInput, ServerEffect, ServerInput } from "./effects.ts";
import { startInviteClient, stepInviteClient, type InviteClientState } from "./invite-client-machine.ts";
import { startInviteServer, stepInviteServer, type InviteServerState } from "./invite-server-machine.ts";
import { startNonInviteClient, stepNonInviteClient, type NonInviteClientState } from "./non-invite-client-machine.ts";
import { startNonInviteServer, stepNonInviteServer, type NonInviteServerState } from "./non-invite-server-machine.ts";
import { defaultTimers, transactionTimers, type TimerName } from "./timers.ts";

const { unreliable: timers, reliable } = transactionTimers(defaultTimers);

type Effect = ClientEffect | ServerEffect;
type Step<State> = readonly [state: State, effects: readonly Effect[]];

/** "send-request, start A 500"; an ignored input is "-". */
function printEffects(effects: readonly Effect[]): string {
  const print = (effect: Effect): string => {
    if (effect.do === "start-timer") return `start ${effect.name} ${effect.delayMs}`;
    if (effect.do === "stop-timer") return `stop ${effect.name}`;
    if (effect.do === "fail") return `fail ${effect.cause}`;
    if (effect.do === "send-request") return effect.isRetransmission ? "resend" : "send";
    return effect.do;
  };
  return effects.some((effect) => effect.do === "ignore") ? "-" : effects.map(print).join(", ");
}

const timerNames: readonly TimerName[] = ["A", "B", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M"];
const timerInputs = timerNames.map((name) => [`timer ${name}`, { type: "timer", name }] as const);

const clientInputs: readonly (readonly [string, ClientInput])[] = [
  ["1xx", { type: "response", status: 180 }],
  ["2xx", { type: "response", status: 200 }],
  ["3xx-6xx", { type: "response", status: 486 }],
  ["error", { type: "transport-error" }],
  ["abandon", { type: "abandon" }],
  ...timerInputs,
];

const serverInputs: readonly (readonly [string, ServerInput])[] = [
  ["request", { type: "request" }],
  ["ack", { type: "ack" }],
  ["send 1xx", { type: "send", status: 180 }],
  ["send 2xx", { type: "send", status: 200 }],
  ["send 3xx-6xx", { type: "send", status: 486 }],
  ["error", { type: "transport-error" }],
  ...timerInputs,
];

/** What the table says for one state: input -> "next state: effects". Inputs that are not named are ignored. */
type Row = Readonly<Record<string, string>>;

/** Walks every pair of state and input. */
function walk<State extends { readonly type: string }, Input>(
  step: (state: State, input: Input) => Step<State>,
  inputs: readonly (readonly [string, Input])[],
  states: readonly State[],
  table: Readonly<Record<string, Row>>,
): void {
  assert.deepEqual(states.map(({ type }) => type).toSorted(), Object.keys(table).toSorted());
  for (const state of states) {
    const row = table[state.type] ?? {};
    for (const named of Object.keys(row))
      assert.ok(
        inputs.some(([name]) => name === named),
        `no input ${named}`,
      );
    for (const [name, input] of inputs) {
      const [next, effects] = step(state, input);
      const expected = row[name] ?? `${state.type}: -`;
      assert.equal(`${next.type}: ${printEffects(effects)}`, expected, `${state.type} x ${name}`);
    }
  }
}

test("INVITE client: every state and input as in RFC 3261 figure 5 and RFC 6026 §7.2", () => {
  const states: InviteClientState[] = [
    { type: "calling", timers, resendMs: 1_000 },
    { type: "proceeding", timers },
    { type: "completed", timers },
    { type: "accepted", timers },
    { type: "terminated" },
  ];
  walk(stepInviteClient, clientInputs, states, {
    calling: {
      "1xx": "proceeding: stop A, stop B, deliver",
      "2xx": "accepted: stop A, stop B, start M 32000, deliver",
      "3xx-6xx": "completed: stop A, stop B, send-ack, start D 32000, deliver",
      "timer A": "calling: resend, start A 1000",
      "timer B": "terminated: stop A, fail timeout, terminate",
      error: "terminated: stop A, stop B, fail transport, terminate",
      abandon: "terminated: stop A, stop B, terminate",
    },
    proceeding: {
      "1xx": "proceeding: deliver",
      "2xx": "accepted: start M 32000, deliver",
      "3xx-6xx": "completed: send-ack, start D 32000, deliver",
      error: "terminated: fail transport, terminate",
      abandon: "terminated: terminate",
    },
    completed: {
      "3xx-6xx": "completed: send-ack",
      error: "terminated: stop D, terminate",
      "timer D": "terminated: terminate",
    },
    accepted: { "2xx": "accepted: deliver", "timer M": "terminated: terminate" },
    terminated: {},
  });
});

test("INVITE server: every state and input as in RFC 3261 figure 7 and RFC 6026 §7.1", () => {
  const states: InviteServerState[] = [
    { type: "proceeding", timers },
    { type: "completed", timers, resendMs: 1_000 },
    { type: "confirmed", timers },
    { type: "accepted", timers },
    { type: "terminated" },
  ];
  walk(stepInviteServer, serverInputs, states, {
    proceeding: {
      request: "proceeding: resend-response",
      "send 1xx": "proceeding: send-response",
      "send 2xx": "accepted: send-response, start L 32000",
      "send 3xx-6xx": "completed: send-response, start G 500, start H 32000",
      error: "terminated: fail transport, terminate",
    },
    completed: {
      request: "completed: resend-response",
      ack: "confirmed: stop G, stop H, start I 5000",
      "timer G": "completed: resend-response, start G 1000",
      "timer H": "terminated: stop G, fail timeout, terminate",
      error: "terminated: stop G, stop H, fail transport, terminate",
    },
    confirmed: { "timer I": "terminated: terminate" },
    accepted: {
      "send 2xx": "accepted: send-response",
      "timer L": "terminated: terminate",
    },
    terminated: {},
  });
});

test("non-INVITE client: every state and input as in RFC 3261 figure 6", () => {
  const states: NonInviteClientState[] = [
    { type: "trying", timers, resendMs: 1_000 },
    { type: "proceeding", timers },
    { type: "completed" },
    { type: "terminated" },
  ];
  const final = "completed: stop E, stop F, start K 5000, deliver";
  walk(stepNonInviteClient, clientInputs, states, {
    trying: {
      "1xx": "proceeding: deliver",
      "2xx": final,
      "3xx-6xx": final,
      "timer E": "trying: resend, start E 1000",
      "timer F": "terminated: stop E, fail timeout, terminate",
      error: "terminated: stop E, stop F, fail transport, terminate",
    },
    proceeding: {
      "1xx": "proceeding: deliver",
      "2xx": final,
      "3xx-6xx": final,
      "timer E": "proceeding: resend, start E 4000",
      "timer F": "terminated: stop E, fail timeout, terminate",
      error: "terminated: stop E, stop F, fail transport, terminate",
    },
    completed: { "timer K": "terminated: terminate" },
    terminated: {},
  });
});

test("non-INVITE server: every state and input as in RFC 3261 figure 8", () => {
  const states: NonInviteServerState[] = [
    { type: "trying", timers },
    { type: "proceeding", timers },
    { type: "completed" },
    { type: "terminated" },
  ];
  const final = "completed: send-response, start J 32000";
  walk(stepNonInviteServer, serverInputs, states, {
    trying: {
      "send 1xx": "proceeding: send-response",
      "send 2xx": final,
      "send 3xx-6xx": final,
      error: "terminated: fail transport, terminate",
    },
    proceeding: {
      request: "proceeding: resend-response",
      "send 1xx": "proceeding: send-response",
      "send 2xx": final,
      "send 3xx-6xx": final,
      error: "terminated: fail transport, terminate",
    },
    completed: {
      request: "completed: resend-response",
      "timer J": "terminated: terminate",
      error: "terminated: stop J, fail transport, terminate",
    },
    terminated: {},
  });
});

test("starts send and start the timers of their transport (RFC 3261 table 4)", () => {
  assert.equal(printEffects(startInviteClient(timers)[1]), "send, start A 500, start B 32000");
  assert.equal(printEffects(startInviteClient(reliable)[1]), "send, start B 32000");
  assert.equal(printEffects(startNonInviteClient(timers)[1]), "send, start E 500, start F 32000");
  assert.equal(printEffects(startNonInviteClient(reliable)[1]), "send, start F 32000");
  assert.equal(printEffects(startInviteServer(timers)[1]), "");
  assert.equal(printEffects(startNonInviteServer(timers)[1]), "");
});

test("on a reliable transport nothing lingers but accepted INVITEs, and refusals wait for their ACK only", () => {
  const refused = { type: "response", status: 486 } as const;
  const client = stepInviteClient({ type: "proceeding", timers: reliable }, refused);
  const other = stepNonInviteClient({ type: "proceeding", timers: reliable }, refused);
  const server = stepInviteServer({ type: "proceeding", timers: reliable }, { type: "send", status: 486 });
  const acknowledged = stepInviteServer({ type: "completed", timers: reliable, resendMs: 0 }, { type: "ack" });
  const otherServer = stepNonInviteServer({ type: "trying", timers: reliable }, { type: "send", status: 200 });

  assert.equal(printEffects(client[1]), "send-ack, deliver, terminate");
  assert.equal(printEffects(other[1]), "stop E, stop F, deliver, terminate");
  assert.equal(printEffects(server[1]), "send-response, start H 32000");
  assert.equal(printEffects(acknowledged[1]), "stop G, stop H, terminate");
  assert.equal(printEffects(otherServer[1]), "send-response, terminate");
});

test("timer A doubles without end, timers E and G only up to T2", () => {
  const delays = <State, Input>(step: (state: State, input: Input) => Step<State>, first: State, input: Input) => {
    let state = first;
    return Array.from({ length: 5 }, () => {
      const [next, effects] = step(state, input);
      state = next;
      return effects.find((effect) => effect.do === "start-timer")?.delayMs;
    });
  };

  const doubled = [1_000, 2_000, 4_000, 8_000, 16_000];
  const capped = [1_000, 2_000, 4_000, 4_000, 4_000];
  assert.deepEqual(delays(stepInviteClient, startInviteClient(timers)[0], { type: "timer", name: "A" }), doubled);
  assert.deepEqual(delays(stepNonInviteClient, startNonInviteClient(timers)[0], { type: "timer", name: "E" }), capped);
  const refused = stepInviteServer({ type: "proceeding", timers }, { type: "send", status: 486 })[0];
  assert.deepEqual(delays(stepInviteServer, refused, { type: "timer", name: "G" }), capped);
});
