import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { growAfterMs, mostLoading } from "./pool-growth.ts";
import { stepPool } from "./pool-machine.ts";
import { emptyPool, spareEndMs, type Member, type PoolEffect, type PoolInput, type PoolState } from "./pool-state.ts";

const rules = { functionName: "fn", timeoutMs: 3_000, maxProcesses: 3 };
const exit = { reason: "crashed", message: "The process ended (exit code 1)", stack: undefined } as const;
const result = { type: "response", payload: "{}" } as const;
const job = { requestId: "a", dueMs: 20_000, sinceMs: 0 };
const atMs = 100;

/** A pool with one process in this state; a busy one has the job. */
function poolWith(state: Member["state"], changes: Partial<PoolState> = {}, looks = 0): PoolState {
  const work = state === "busy" ? { job, limitMs: 3_000, looks } : undefined;
  const member: Member = { id: 1, state, work, ahead: [], isStale: false, hasServed: state !== "starting" };
  return { ...emptyPool, members: [member], idle: state === "idle" ? [1] : [], startedAtMs: 0, nextId: 2, ...changes };
}

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}

/** A step from a state that nobody can change. */
function step(state: PoolState, input: PoolInput): readonly [PoolState, readonly PoolEffect[]] {
  return stepPool(rules, freeze(state), freeze(input));
}

/** An effect in short, without timers that stop. */
function short(effect: PoolEffect): string[] {
  switch (effect.do) {
    case "stop-timer":
      return [];
    case "start-timer":
      return [`${effect.timer} in ${effect.delayMs}`];
    case "settle":
      return [`${effect.requestId}: ${effect.result.type === "failed" ? effect.result.reason : "response"}`];
    case "give":
    case "give-ahead":
      return [`${effect.do} ${effect.requestId} to ${effect.memberId}`];
    case "ask-back":
    case "start-process":
    case "end-process":
      return [`${effect.do.slice(0, -8)} ${effect.memberId}`];
    default:
      return [effect.do];
  }
}

const states = ["starting", "idle", "busy", "finishing", "ending"] as const;
const untouched = "as it is";

/** What each input does in each state of the only process: its next state, then the effects. */
const table: readonly (readonly [string, PoolInput, Readonly<Record<Member["state"], string>>])[] = [
  [
    "an event comes",
    { type: "invoked", requestId: "b", deadlineMs: 9_000, atMs },
    {
      starting: "starting; job b in 9000, grow in 50",
      idle: "busy; member 1 in 3000, give b to 1",
      busy: "busy; job b in 9000, grow in 50",
      finishing: "finishing; job b in 9000, grow in 50",
      ending: "ending, starting; job b in 9000, member 2 in 30000, start 2",
    },
  ],
  [
    "a warm process is wanted",
    { type: "warm-up", atMs },
    {
      starting: "starting; ",
      idle: "idle; tell-warm",
      busy: "busy; tell-warm",
      finishing: "finishing; tell-warm",
      ending: "ending, starting; member 2 in 30000, start 2",
    },
  ],
  [
    "the source changes",
    { type: "source-changed", file: "/f.js", atMs },
    {
      starting: "ending, starting; end 1, member 2 in 30000, start 2",
      idle: "ending, starting; end 1, member 2 in 30000, start 2",
      busy: "busy, starting; member 2 in 30000, spare in 60000, start 2",
      finishing: "finishing, starting; member 2 in 30000, spare in 60000, start 2",
      ending: "ending, starting; member 2 in 30000, start 2",
    },
  ],
  [
    "the process is ready",
    { type: "ready", memberId: 1, atMs },
    { starting: "idle; ", idle: untouched, busy: untouched, finishing: "idle; ", ending: untouched },
  ],
  [
    "it answers",
    { type: "answered", memberId: 1, result, atMs },
    {
      starting: untouched,
      idle: untouched,
      busy: "finishing; member 1 in 3000, a: response",
      finishing: untouched,
      ending: untouched,
    },
  ],
  [
    "it did not take its event",
    { type: "event-not-taken", memberId: 1, atMs },
    {
      starting: untouched,
      idle: untouched,
      busy: "ending, starting; end 1, job a in 3000, member 2 in 30000, start 2",
      finishing: untouched,
      ending: untouched,
    },
  ],
  [
    "it is gone",
    { type: "gone", memberId: 1, exit, atMs },
    {
      starting: "; ",
      idle: "starting; member 2 in 30000, start 2",
      busy: "starting; a: crashed, member 2 in 30000, start 2",
      finishing: "starting; member 2 in 30000, start 2",
      ending: "; ",
    },
  ],
  [
    "its time is up",
    { type: "timer", timer: "member 1", atMs },
    {
      starting: "ending; end 1",
      idle: untouched,
      busy: "ending; end 1, a: timeout",
      finishing: "ending; end 1",
      ending: untouched,
    },
  ],
  [
    "the pool closes",
    { type: "close", atMs },
    {
      starting: "ending; close in 2000, end 1",
      idle: "ending; close in 2000, end 1",
      busy: "busy; close in 2000",
      finishing: "ending; close in 2000, end 1",
      ending: "ending; close in 2000",
    },
  ],
  [
    "the grace of closing is over",
    { type: "timer", timer: "close", atMs },
    {
      starting: "ending; end 1",
      idle: "ending; end 1",
      busy: "ending; a: unreachable, end 1",
      finishing: "ending; end 1",
      ending: "ending; ",
    },
  ],
];

describe("the machine of a pool", () => {
  for (const [what, input, outcomes] of table) {
    for (const state of states) {
      it(`does this when ${what} and its process is ${state}: ${outcomes[state]}`, () => {
        const before = poolWith(state);

        const [after, effects] = step(before, input);

        if (outcomes[state] === untouched) return assert.deepEqual([after, effects], [before, []]);
        const members = after.members.map((member) => member.state).join(", ");
        assert.equal(`${members}; ${effects.flatMap(short).join(", ")}`, outcomes[state]);
      });
    }
  }

  it("does nothing for a process that is gone, a timer of nobody, and the same twice", () => {
    const unknown: readonly PoolInput[] = [
      { type: "ready", memberId: 9, atMs },
      { type: "answered", memberId: 9, result, atMs },
      { type: "event-not-taken", memberId: 9, atMs },
      { type: "gone", memberId: 9, exit, atMs },
      { type: "timer", timer: "member 9", atMs },
      { type: "timer", timer: "job nobody's", atMs },
      { type: "source-changed", file: "/f.js", atMs },
    ];
    for (const input of unknown) assert.deepEqual(step(emptyPool, input), [emptyPool, []], input.type);
  });

  it("asks for a processor only when an event has waited long and nothing loads, and starts by the answer", () => {
    const queue = Array.from({ length: 5 }, (_, index) => ({ ...job, requestId: `${index}` }));
    const late: PoolInput = { type: "timer", timer: "grow", atMs: growAfterMs };
    const busy = poolWith("busy", { queue, isGrowing: true });

    assert.deepEqual(step(busy, { ...late, atMs: growAfterMs - 1 })[1].flatMap(short), ["grow in 1"]);
    assert.deepEqual(step(poolWith("starting", { queue, isGrowing: true }), late)[1].flatMap(short), ["grow in 50"]);
    const [asking, effects] = step(busy, late);
    assert.deepEqual(effects, [{ do: "look-for-processor" }]);
    for (const [hasIdleProcessor, elapsedMs, starts] of [
      [true, 50, 1],
      [false, 50, 0],
      [false, 1_000, 1],
    ] as const) {
      const [after] = step(asking, { type: "looked", hasIdleProcessor, atMs: elapsedMs });
      assert.equal(after.members.length - 1, starts, `${hasIdleProcessor} after ${elapsedMs} ms`);
    }
  });

  it("takes a wait for one of the processor where none is free, unless it is longer the more processes there are", () => {
    const [one] = poolWith("busy").members;
    const members = [1, 2].map((id) => ({ ...one!, id }));
    const two: PoolState = { ...poolWith("busy", { queue: [job], startedAtMs: -1_000 }), members };
    const startsAfter = (waitedMs: number, hasIdleProcessor: boolean) =>
      step(two, { type: "looked", hasIdleProcessor, atMs: waitedMs })[0].members.length - members.length;

    assert.equal(startsAfter(2 * growAfterMs - 1, false), 0);
    assert.equal(startsAfter(2 * growAfterMs, false), 1);
    assert.equal(startsAfter(growAfterMs, true), 1);
  });

  it("takes a wait for a quick function for one of the processor or of the thread, unless no process was ready in two looks", () => {
    const startsAfter = (handlingMs: number, waitedMs: number, hasIdleProcessor: boolean, looks = 0) => {
      const busy = poolWith("busy", { queue: [job], startedAtMs: -1_000, handlingMs }, looks);
      return step(busy, { type: "looked", hasIdleProcessor, atMs: waitedMs })[0].members.length - 1;
    };

    assert.equal(startsAfter(0.3, 5_000, true, 1), 0);
    assert.equal(startsAfter(0.3, growAfterMs, true, 2), 1);
    assert.equal(startsAfter(0.3, 999, false, 2), 0);
    assert.equal(startsAfter(0.3, 1_000, false, 2), 1);
    assert.equal(startsAfter(30, growAfterMs, true), 1);
    assert.equal(startsAfter(30, growAfterMs, false), 1);
  });

  it("counts looks at a queue that has waited, until the process is ready for the next event", () => {
    const look: PoolInput = { type: "timer", timer: "grow", atMs: growAfterMs };
    const busy = poolWith("busy", { queue: [job], isGrowing: true });
    const looksOf = ({ members: [member] }: PoolState) => member?.work?.looks;
    const [once] = step(busy, look);
    const [twice] = step(once, look);

    assert.equal(looksOf(step(busy, { ...look, atMs: growAfterMs - 1 })[0]), 0);
    assert.equal(looksOf(twice), 2);
    const [answered] = step(twice, { type: "answered", memberId: 1, result, atMs });
    assert.equal(looksOf(step(answered, { type: "ready", memberId: 1, atMs })[0]), 0);
  });

  it("starts as many for a function as answer all that is there in time, up to two at once", () => {
    const [one] = poolWith("busy").members;
    const four: PoolState = {
      ...poolWith("busy", { startedAtMs: -1_000 }),
      members: [1, 2, 3, 4].map((id) => ({ ...one!, id })),
    };
    const starts = (handlingMs: number, waiting: number) => {
      const queue = Array.from({ length: waiting }, (_, index) => ({ ...job, requestId: `${index}` }));
      const looked: PoolInput = { type: "looked", hasIdleProcessor: true, atMs: growAfterMs };
      return stepPool({ ...rules, maxProcesses: 10 }, { ...four, queue, handlingMs }, looked)[0].members.length - 4;
    };

    assert.deepEqual([starts(10, 16), starts(10, 17), starts(10, 30)], [0, 1, 2]);
    assert.deepEqual([starts(500, 1), starts(500, 2)], [1, 2]);
  });

  it("takes a mean of late answers for how long a function takes", () => {
    const answer = (handlingMs: number | undefined, tookMs: number) =>
      step(poolWith("busy", { handlingMs }), { type: "answered", memberId: 1, result, tookMs, atMs })[0].handlingMs;

    assert.equal(answer(undefined, 1), 1);
    assert.equal(answer(1, 161), 11);
  });

  it("has spare processes end, those that were used last stay, and one always", () => {
    const [one] = poolWith("idle").members;
    const three: PoolState = {
      ...poolWith("idle"),
      members: [1, 2, 3].map((id) => ({ ...one!, id })),
      idle: [3, 1, 2],
    };
    const spare: PoolInput = { type: "timer", timer: "spare", atMs: spareEndMs };

    const [two, effects] = step({ ...three, mostNeeded: 2 }, spare);
    const [last, more] = step(two, spare);

    assert.deepEqual(effects.flatMap(short), ["end 3", "spare in 60000"]);
    assert.deepEqual(more.flatMap(short), ["end 1"]);
    assert.deepEqual(last.idle, [2]);
    assert.deepEqual(step(last, spare), [last, []]);
  });
});

describe("the machine of a pool in random rushes", () => {
  it("settles each event once, has it in one place, keeps its bounds, and closes with nothing left", (context) => {
    const seed = Date.now() % 1_000_000;
    context.diagnostic(`seed ${seed}`);
    for (let round = 0; round < 40; round++) rush(seed + round);
  });
});

/** One pool from its first event to its end, with processes that answer, crash, hang and refuse at random. */
function rush(seed: number): void {
  let random = seed;
  const below = (bound: number) => (random = (random * 48_271 + 11) % 2_147_483_647) % bound;
  const open = new Set<string>();
  const timers = new Map<string, number>();
  let [state, now, isClosed, mostAhead] = [emptyPool, 0, false, 0];
  const take = (input: PoolInput): void => {
    const [after, effects] = step(state, input);
    state = after;
    const later: PoolInput[] = [];
    for (const effect of effects) {
      if (effect.do === "settle") assert.ok(open.delete(effect.requestId), `seed ${seed}: ${effect.requestId} twice`);
      if (effect.do === "start-timer") timers.set(effect.timer, now + effect.delayMs);
      if (effect.do === "stop-timer") timers.delete(effect.timer);
      if (effect.do === "tell-closed") isClosed = true;
      if (effect.do === "look-for-processor") later.push({ type: "looked", hasIdleProcessor: below(2) > 0, atMs: now });
      if (effect.do === "give" && below(10) === 0) {
        later.push({ type: "event-not-taken", memberId: effect.memberId, atMs: now });
      }
    }
    later.forEach(take);
    check(`seed ${seed} after ${JSON.stringify(input)}`);
  };
  const check = (where: string): void => {
    const held = [
      ...state.queue,
      ...state.members.flatMap(({ work, ahead }) => [...(work ? [work.job] : []), ...ahead]),
    ];
    const asked = held.filter(({ isOver }) => !isOver);
    assert.deepEqual(asked.map(({ requestId }) => requestId).toSorted(), [...open].toSorted(), where);
    const idle = state.members.filter((member) => member.state === "idle").map(({ id }) => id);
    assert.deepEqual(new Set(state.idle), new Set(idle), where);
    for (const member of state.members) assert.equal(member.work !== undefined, member.state === "busy", where);
    const loading = state.members.filter((member) => member.state === "starting").length;
    assert.ok(loading <= mostLoading + 1, `${where}: ${loading} load`);
    if (idle.length > 0 && !state.isClosing) assert.equal(state.queue.length, 0, where);
    for (const { state: is, ahead } of state.members)
      assert.ok(is === "busy" || is === "finishing" || ahead.length === 0, where);
    mostAhead = Math.max(mostAhead, ...state.members.map(({ ahead }) => ahead.length));
  };

  for (let turn = 0; turn < 300; turn++) {
    now += below(40);
    for (const [timer, dueMs] of [...timers]) {
      if (dueMs > now || !timers.delete(timer)) continue;
      take({ type: "timer", timer: timer as Extract<PoolInput, { type: "timer" }>["timer"], atMs: now });
    }
    const member = state.members[below(Math.max(1, state.members.length))];
    const requestId = `${turn}`;
    const chance = below(20);
    if (chance < 8) {
      open.add(requestId);
      take({ type: "invoked", requestId, deadlineMs: 50 + below(5_000), atMs: now });
    } else if (chance === 8) take({ type: "source-changed", file: "/f.js", atMs: now });
    else if (chance === 9) take({ type: "warm-up", atMs: now });
    else if (member !== undefined) {
      const { id: memberId } = member;
      if (chance === 10) take({ type: "gone", memberId, exit, atMs: now });
      else if (member.state === "ending") take({ type: "gone", memberId, exit, atMs: now });
      else if (chance < 16) take({ type: "answered", memberId, result, tookMs: below(3), atMs: now });
      else if (chance === 16) {
        const requestIds = member.ahead.slice(below(3)).map((one) => one.requestId);
        take({ type: "gave-back", memberId, requestIds, atMs: now });
      } else if (turn > 200 && chance === 17) take({ type: "printed", memberId, atMs: now });
      else take({ type: "ready", memberId, atMs: now });
    }
  }
  take({ type: "close", atMs: now });
  take({ type: "timer", timer: "close", atMs: now });
  for (const { id } of state.members) take({ type: "gone", memberId: id, exit, atMs: now });
  assert.ok(isClosed, `seed ${seed}`);
  assert.equal(open.size, 0, `seed ${seed}`);
  assert.ok(mostAhead > 0, `seed ${seed}: none was sent ahead`);
}
