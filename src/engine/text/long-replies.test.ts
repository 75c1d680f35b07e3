import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { boundReply, checkReply, replyBounds } from "../../call/index.ts";
import { describeFinding } from "../../contract/index.ts";
import { driveCall } from "../../testing/internal/call-driver.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import { hangup, speak } from "../../testing/internal/wire-actions.ts";
import { readFunctionReply } from "./function-reply.ts";
import { createTextThreads } from "./text-threads.ts";

const machine = driveCall();
const bounds = replyBounds(machine);
const answer = (value: unknown) => ({ type: "response", payload: JSON.stringify(value) }) as const;
const thread = createTextThreads(createManualClock(), bounds);
after(() => thread.close());

/** The reply as the machine takes it, over the thread when it is long. */
async function taken(value: unknown) {
  const reply = await thread.readReply(answer(value));
  assert.equal(reply.type, "response");
  if (reply.type !== "response") throw new Error("never");
  return { ...reply, checked: checkReply(reply.value, true, machine, undefined, reply.cuts) };
}

const many = (count: number, value: unknown = 1) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`member${index}`, value]));
const longText = "x".repeat(5_000_000);
const reply = (others: object) => ({ ...others, SchemaVersion: "1.0" });

// Contract: leniency-reply-long
describe("a reply that is too long", () => {
  const hostile: readonly (readonly [string, unknown])[] = [
    ["a Type of 5 MB", reply({ Actions: [{ Type: longText }] })],
    ["250,000 unknown members", reply({ ...many(250_000), Actions: [hangup()] })],
    ["250,000 unknown parameters", reply({ Actions: [{ Type: "Hangup", Parameters: many(250_000) }] })],
    ["a list of 500,000 actions", reply({ Actions: Array(500_000).fill({}) })],
    ["many long texts", reply({ Actions: [hangup()], Notes: Array(300).fill("x".repeat(16_000)) })],
    ["long names", reply({ Actions: [{ Type: "Hangup", Parameters: { [longText]: 1 } }] })],
    ["250,000 attributes", reply({ TransactionAttributes: many(250_000) })],
    ["an attribute of 5 MB", reply({ TransactionAttributes: { a: longText } })],
    ["250,000 SIP headers", reply({ Actions: [{ Type: "CallAndBridge", Parameters: { SipHeaders: many(250_000) } }] })],
    ["a text for a list", longText],
  ];
  for (const [what, value] of hostile) {
    it(`is a short one for all that follows: ${what}`, async () => {
      const { value: short, cuts, checked } = await taken(value);

      assert.ok(JSON.stringify(short).length < 400_000);
      assert.ok((cuts ?? []).length > 0);
      assert.ok(JSON.stringify(checked.findings).length < 50_000);
    });
  }

  const refusal = async (value: unknown) => {
    const { checked } = await taken(value);
    return checked.type === "invalid" ? checked.message : undefined;
  };

  for (const [what, count, actions] of [
    ["of a million actions", "1000000", Array(1_000_000).fill(hangup())],
    ["whose texts leave room for less actions than may be", "12", Array(12).fill(speak("x".repeat(16_000)))],
    ["with many other cuts", "1001", Array(1_001).fill({ Type: "x".repeat(17_000) })],
  ] as const) {
    it(`counts the actions of a list ${what}`, async () => {
      const message = `Too many actions specified in a response. Found ${count}, at most 10 are allowed.`;
      assert.equal(await refusal(reply({ Actions: actions })), message);
    });
  }

  it("fails as the short one would: UnsupportedAction, with the beginning of its type", async () => {
    const { checked } = await taken(reply({ Actions: [{ Type: longText }] }));

    assert.equal(checked.type === "invalid" && checked.errorType, "UnsupportedAction");
    assert.match(checked.type === "invalid" ? checked.message : "", /^Unsupported action x{77}\.\.\. specified\./);
    assert.ok(
      checked.findings
        .map(describeFinding)
        .includes("Actions[0].Type: 5000000 characters; the first 16384 are read (no effect)"),
    );
  });

  it("has its actions behind 250,000 members that nobody reads", async () => {
    const { checked } = await taken({ ...many(250_000), ...reply({ Actions: [speak("Hi"), hangup()] }) });

    assert.deepEqual(checked.type === "accepted" && checked.actions.map(({ type }) => type), ["Speak", "Hangup"]);
  });

  it("has its Type and its parameters behind members that are longer than all that is read, in the order of the reply", async () => {
    const notes = Array(50).fill("y".repeat(10_000));
    const action = { debug: notes, Type: "Hangup", Parameters: { note: notes, SipResponseCode: "486" } };
    const { value, checked } = await taken(reply({ Actions: [action] }));

    assert.equal(checked.type === "accepted" && checked.actions[0]?.parameters["SipResponseCode"], "486");
    const read = (value as { readonly Actions: readonly (typeof action)[] }).Actions[0];
    assert.deepEqual(Object.keys(read?.Parameters ?? {}), ["note", "SipResponseCode"]);
  });

  it("has its parameters behind 250,000 that nobody reads", async () => {
    const Parameters = { ...many(250_000), SipResponseCode: "486" };
    const { checked } = await taken(reply({ Actions: [{ Type: "Hangup", Parameters }] }));

    assert.equal(checked.type === "accepted" && checked.actions[0]?.parameters["SipResponseCode"], "486");
  });

  for (const [what, TransactionAttributes] of [
    ["large", { a: "x".repeat(100_000) }],
    ["deep", JSON.parse(`{"a":${"[".repeat(1_000)}${"]".repeat(1_000)}}`)],
  ] as const) {
    it(`stores no attributes that were not read to their end: ${what}`, async () => {
      const Notes = Array(20).fill(JSON.parse("[".repeat(100) + "]".repeat(100)));
      const { checked } = await taken(reply({ Notes, TransactionAttributes }));

      assert.equal(checked.type === "invalid" && checked.errorType, "TransactionAttributesInvalidMapSize");
    });
  }

  it("is reported exactly when it is hardly too long: 25 KB of attributes", async () => {
    const { checked, cuts } = await taken(reply({ TransactionAttributes: { a: "x".repeat(25_000) } }));

    assert.equal(cuts, undefined);
    assert.match(checked.type === "invalid" ? checked.message : "", /found 25008$/);
  });

  it("is cut at depth: a value of 100,000 levels can be written as JSON again", () => {
    const deep: unknown = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);

    const { value, cuts } = boundReply({ SchemaVersion: "1.0", Notes: deep }, bounds);

    assert.ok(JSON.stringify(value).length < 300);
    assert.match(cuts[0]?.what ?? "", /^deeper than 64 levels/);
  });
});

describe("a failure that is reported at length", () => {
  it("is cut: message and stack of 200 KB", () => {
    const stack = "at x\n".repeat(40_000);
    const failure = { type: "failed", reason: "unhandled", message: "x".repeat(200_000), stack } as const;
    const read = readFunctionReply(failure, bounds);

    assert.deepEqual(read.type === "failed" && [read.message.length, read.stack?.length], [1_000, 8_000]);
  });
});

describe("a reply of the usual length", () => {
  it("is as it was sent", () => {
    const value = reply({ Actions: [speak("x".repeat(3_000)), hangup()], TransactionAttributes: { a: { b: ["c"] } } });

    assert.deepEqual(readFunctionReply(answer(value), bounds), { type: "response", value });
  });
});

describe("the thread for patterns", () => {
  it("looks for a pattern in one text after the other", async () => {
    assert.deepEqual(
      await Promise.all([
        thread.search("^12#$", ["12", "12#"]),
        thread.search("^13$", ["12"]),
        thread.search("(1*)*2", ["1".repeat(128)]),
        thread.search("(", ["1"]),
      ]),
      [true, false, "too-slow", "too-slow"],
    );
  });

  it("gives up what waits when it is closed", async () => {
    const own = createTextThreads(createManualClock(), bounds);
    const waiting = own.search("1", ["1"]);

    await own.close();

    assert.equal(await waiting, "too-slow");
  });
});

describe("the thread for long replies", () => {
  it("tells a long reply that is no JSON from one that is", async () => {
    const read = await thread.readReply({ type: "response", payload: `{"a": ${longText}` });

    assert.match(read.type === "failed" ? read.message : "", /^the reply is not JSON: /);
  });

  it("gives up what waits when it is closed", async () => {
    const own = createTextThreads(createManualClock(), bounds);
    const waiting = own.readReply(answer(longText));

    await own.close();

    assert.equal((await waiting).type, "failed");
  });

  it("gives up the question at which it hangs, and answers the next one", async () => {
    const clock = createManualClock();
    const own = createTextThreads(clock, bounds);
    assert.equal((await own.readReply(answer(longText))).type, "response");
    const waiting = own.readReply(answer(longText));
    clock.advance(5_000);

    assert.equal((await waiting).type, "failed");
    assert.equal((await own.readReply(answer(longText))).type, "response");
    await own.close();
  });
});
