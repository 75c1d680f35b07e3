import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { notKept, type CallEffect, type CallInput, type CallKeeper, type CallState } from "../call/index.ts";
import { createLogger, type LegId } from "../kernel/index.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { CallRunner, type RunnerParts } from "./runner.ts";
import { whenTellable } from "./when-tellable.ts";

const legId = "leg" as LegId;
const event = { InvocationEventType: "NEW_INBOUND_CALL" };
const invoke = { do: "invoke", invocationId: "i1", target: { functionArn: "arn" }, event, deadlineMs: 1_000 };
const endCall = { do: "end-call", endType: "hung-up", cause: "all is said" };

/** What happens to a call whose machine has no rules of its own: `decide` says what is done about each input. */
function setUp(decide: (input: CallInput) => readonly object[], parts: { readonly keeper?: Partial<CallKeeper> } = {}) {
  const clock = createManualClock();
  const inputs: CallInput[] = [];
  const told: string[] = [];
  const asked: string[] = [];
  const finished: string[] = [];
  const searches: ((verdict: boolean) => void)[] = [];
  const log = createLogger({
    level: "debug",
    write: (line) => void told.push((JSON.parse(line) as { msg: string }).msg),
  });
  const keeper: CallKeeper = {
    add: () => undefined,
    whenBegun: (then) => then(),
    whenKept: (then) => then(),
    isOurs: () => true,
    close: (cause) => void finished.push(`not kept any more: ${cause}`),
    ...parts.keeper,
  };
  const runner = new CallRunner(
    { transactionId: "t", startedAt: 0, legs: [] } as unknown as CallState,
    {
      ports: {
        ...{ clock, log, media: { bridge: () => assert.fail("nobody is joined") } },
        invoker: {
          invoke: async (name: string) => {
            asked.push(name);
            return { type: "response", payload: "{}" };
          },
        },
      },
      settings: {
        machine: { config: {} },
        ownsNumber: (number: string) => number === "+12065550100",
        whyNoConnector: () => undefined,
        keep: () => keeper,
        onObservation: ({ fact }: { readonly fact: { readonly type: string } }) => void told.push(`fact ${fact.type}`),
      },
      machine: (_config: unknown, state: CallState, input: CallInput) => {
        inputs.push(input);
        const effects = decide(input) as readonly CallEffect[];
        const isSearching = effects.some((effect) => effect.do === "search-pattern");
        const search = isSearching ? {} : input.type === "pattern-searched" ? undefined : state.search;
        return [{ ...state, search }, effects];
      },
      textThreads: {
        readReply: async () => ({ type: "response", value: {} }),
        search: () => new Promise((resolve) => void searches.push(resolve)),
      },
      isTakenOver: false,
      onReply: () => void told.push("a reply"),
      onFinished: () => void finished.push("finished"),
    } as unknown as RunnerParts,
  );
  return { runner, clock, inputs, told, asked, finished, searches, types: () => inputs.map(({ type }) => type) };
}

/** Lets everything come that is due now. */
const settle = () => new Promise<void>((resolve) => void setImmediate(resolve));

describe("the runner of a call", () => {
  it("runs timers until they fire or are cancelled, and all end with the call", () => {
    const timer = (timerId: string, delayMs: number) => ({ do: "start-timer", timerId, delayMs });
    const cancels = { do: "cancel-timer", timerId: "b" };
    const { runner, clock, inputs } = setUp(({ type }) =>
      type === "start" ? [timer("a", 10), timer("b", 20), timer("c", 30), cancels] : [],
    );

    runner.begin();
    assert.equal(runner.counts().timers, 2);
    clock.advance(15);
    runner.breakOff("it is over");
    clock.advance(100);

    assert.deepEqual(
      inputs.map((input) => ("timerId" in input ? input.timerId : input.type)),
      ["start", "a"],
    );
    assert.equal(runner.counts().timers, 0);
  });

  it("asks the function of its target, or another that stands in for it, and takes the reply as an input", async () => {
    const { runner, asked, types, told } = setUp(({ type }) =>
      type === "start" ? [invoke, { ...invoke, via: "stand-in" }] : [],
    );

    runner.begin();
    assert.equal(runner.counts().invocations, 2);
    await settle();

    assert.deepEqual(asked, ["arn", "stand-in"]);
    assert.deepEqual(types(), ["start", "function-replied", "function-replied"]);
    assert.equal(runner.counts().invocations, 0);
    assert.deepEqual(told, ["a reply", "a reply"]);
  });

  for (const [title, eventType, isOurs] of [
    ["HANGUP is told", "HANGUP", true],
    ["whatever is told of a call that another may have taken", "NEW_INBOUND_CALL", false],
  ] as const) {
    it(`${title} once it is kept that it was`, () => {
      const waiting: (() => void)[] = [];
      const keeper = { isOurs: () => isOurs, whenKept: (then: () => void) => void waiting.push(then) };
      const one = { ...invoke, event: { InvocationEventType: eventType } };
      const { runner, asked } = setUp(() => [one], { keeper });

      runner.begin();
      assert.deepEqual(asked, []);
      waiting.forEach((then) => then());

      assert.deepEqual(asked, ["arn"]);
    });
  }

  for (const [who, legs, isHurried] of [
    ["nobody is left", [{ state: { type: "ended" } }], false],
    ["another leg is there", [{ state: { type: "ended" } }, { state: { type: "answered" } }], true],
  ] as const) {
    it(`HANGUP ${isHurried ? "hurries" : "does not hurry"} where ${who}`, () => {
      const told: boolean[] = [];
      const one = { event: { InvocationEventType: "HANGUP" } };
      const keeper = { ...notKept, whenKept: (_then: () => void, hurry: boolean) => void told.push(hurry) };

      whenTellable(one, keeper, { legs } as unknown as CallState, assert.fail);

      assert.deepEqual(told, [isHurried]);
    });
  }

  it("a function hears of a call that goes out once it is kept that there is the call", () => {
    const waiting: (() => void)[] = [];
    const keeper = { whenBegun: (then: () => void) => void waiting.push(then) };
    const one = { ...invoke, event: { InvocationEventType: "NEW_OUTBOUND_CALL" } };
    const { runner, asked } = setUp(() => [one], { keeper });

    runner.begin();
    assert.deepEqual(asked, []);
    waiting.forEach((then) => then());

    assert.deepEqual(asked, ["arn"]);
  });

  it("takes no other input while a pattern is searched", async () => {
    const search = { do: "search-pattern", searchId: "s1", pattern: "^1$", texts: ["1"] };
    const { runner, searches, inputs, types } = setUp(({ type }) => (type === "start" ? [search] : []));

    runner.begin();
    runner.post({ type: "digit", legId, digit: "7" });
    assert.deepEqual(types(), ["start"]);
    searches.forEach((answer) => answer(true));
    await settle();

    assert.deepEqual(types(), ["start", "pattern-searched", "digit"]);
    assert.equal((inputs[1] as { readonly verdict?: boolean }).verdict, true);
  });

  it("leaves aside the answer of a search that the call did not wait for", async () => {
    const search = { do: "search-pattern", searchId: "s1", pattern: "^1$", texts: ["1"] };
    const { runner, searches, types } = setUp(() => [search]);

    runner.begin();
    runner.breakOff("it is over");
    searches.forEach((answer) => answer(true));
    await settle();

    assert.deepEqual(types(), ["start"]);
  });

  it("answers questions before the next input", () => {
    const question = { type: "owns-number", number: "+12065550100" };
    const looksUp = { do: "look-up", lookUpId: "l1", questions: [question] };
    const { runner, inputs } = setUp(({ type }) => (type === "start" ? [looksUp] : []));

    runner.begin();

    assert.deepEqual(
      inputs.map((input) => [input.type, "answers" in input ? input.answers : undefined]),
      [
        ["start", undefined],
        ["looked-up", [true]],
      ],
    );
  });

  it("does nothing for legs that have gone meanwhile", () => {
    const none = { legId, legIds: [legId, "other"] };
    const effects = [
      { do: "answer-leg", ...none },
      { do: "ring-leg", ...none },
      { do: "open-early-media", ...none },
      { do: "close-early-media", ...none },
      { do: "bridge-legs", ...none },
      { do: "unbridge-legs", ...none },
      { do: "reject-leg", ...none, status: 486 },
      { do: "hang-up-leg", ...none, reason: { status: 0, text: "" } },
      { do: "send-digits", ...none, sendId: "d1", digits: "1", toneMs: 100, gapMs: 50 },
      { do: "suppress-noise", ...none, isOn: true },
      { do: "stop-playback", ...none, playbackId: "p1" },
      { do: "leave-meeting", ...none },
      endCall,
    ];
    const { runner, finished, types } = setUp(() => effects);

    runner.begin();

    assert.deepEqual(types(), ["start"]);
    assert.deepEqual(finished, ["not kept any more: all is said", "finished"]);
  });

  it("tells observers and the log, and nothing any more once it has ended", () => {
    const said = [
      { do: "warn", message: "a warning" },
      { do: "warn", message: "a warning of a fact", fact: { type: "digit" } },
      { do: "ignore", input: "digit", why: "nobody listens" },
      { do: "observe", fact: { type: "leg-ringing", legId, participantTag: "LEG-A" } },
      endCall,
    ];
    const { runner, told, types } = setUp(() => said);

    runner.begin();
    runner.post({ type: "shutdown" });

    assert.deepEqual(types(), ["start"]);
    for (const one of ["a warning", "a warning of a fact", "input ignored", "fact leg-ringing", "call ended"])
      assert.ok(told.includes(one), `${one}: ${told.join("; ")}`);
  });

  it("ends the call once where the machine breaks", () => {
    const { runner, told, finished } = setUp(() => {
      throw new Error("on purpose");
    });

    runner.begin();
    runner.breakOff("again");

    assert.ok(told.includes("the call engine broke; the call is ended"));
    assert.deepEqual(finished, ["not kept any more: an error in the server", "finished"]);
  });
});
