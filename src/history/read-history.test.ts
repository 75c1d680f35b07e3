import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { errorCode, errorMessage } from "../kernel/index.ts";
import { driveCall } from "../testing/internal/call-driver.ts";
import { historyText } from "../testing/internal/recorded-history.ts";
import { respond } from "../testing/internal/scripted-reply.ts";
import { hangup, speak } from "../testing/internal/wire-actions.ts";
import { parseHistory, readHistoryFile } from "./read-history.ts";

const call = driveCall({ script: [respond([speak(), hangup()])] });
call.advance(2_000);
const text = historyText(call);
const lines = text.trimEnd().split("\n");
const head = JSON.parse(lines[0] ?? "") as Record<string, unknown>;

/** The file with one line in place of the line of this number. */
const withLine = (number: number, line: unknown) =>
  lines
    .map((old, index) => `${index + 1 === number ? (typeof line === "string" ? line : JSON.stringify(line)) : old}\n`)
    .join("");

/** The code and the sentence of the refusal. */
function refusal(content: string): readonly [string | undefined, string] {
  try {
    parseHistory(content);
  } catch (error) {
    return [errorCode(error), errorMessage(error)];
  }
  return assert.fail("it was accepted");
}

describe("a file", () => {
  it("that is whole has every step", () => {
    const history = parseHistory(text);

    assert.deepEqual(
      history.steps.map(({ input }) => input),
      JSON.parse(JSON.stringify(call.steps.map(({ input }) => input))),
    );
    assert.equal(history.isCutShort, false);
    assert.equal(history.steps[0]?.line, 2);
  });

  it("may say anywhere how the audio of a leg was, which is no step", () => {
    const audio = { at: 5, participantTag: "LEG-A", audio: { packetsSent: 3 } };
    const history = parseHistory(`${lines[0]}\n${JSON.stringify(audio)}\n${lines.slice(1).join("\n")}\n`);

    assert.deepEqual(history.audio, [audio]);
    assert.equal(history.steps.length, call.steps.length);
    assert.equal(history.steps[0]?.line, 3);
    assert.deepEqual(refusal(`${text}${JSON.stringify({ ...audio, audio: 7 })}\n`), [
      "HISTORY_MALFORMED",
      `Line ${lines.length + 1}: "line.audio" must be an object.`,
    ]);
  });

  it("whose last line was not written to its end has the steps before it, and says so", () => {
    for (const cut of [1, 2, 30]) {
      const history = parseHistory(text.slice(0, -cut));
      assert.equal(history.steps.length, call.steps.length - 1);
      assert.equal(history.isCutShort, true);
    }
  });

  it("that ends before its first event is refused: there is nothing to replay", () => {
    const empty = ["HISTORY_EMPTY", "The file holds no event: it ends before the call's first one."];

    assert.deepEqual(refusal(`${lines[0]}\n`), empty);
    assert.deepEqual(refusal(`${lines[0]}\n${lines[1]?.slice(0, 30)}`), empty);
  });

  it("of another version is refused by that", () => {
    assert.deepEqual(refusal(withLine(1, { ...head, version: 2 })), [
      "HISTORY_OTHER_VERSION",
      "The file was written in version 2 of the form; this Offhook reads version 1.",
    ]);
    assert.equal(refusal(withLine(1, { ...head, version: undefined }))[0], "HISTORY_OTHER_VERSION");
  });

  it("of settings that came before others has those as documented", () => {
    const { limits } = parseHistory(withLine(1, { ...head, settings: { limits: { actionsPerReply: 3 } } })).settings;

    assert.deepEqual([limits.actionsPerReply, limits.invocationsPerCall], [3, 1_000]);
  });

  it("of before a switch has it where the engine stood then", () => {
    const { compatibility } = parseHistory(withLine(1, { ...head, settings: {} })).settings;

    assert.deepEqual([compatibility.sipApplicationId, compatibility.errorMember], [false, true]);
  });

  const garbage: readonly (readonly [string, string, RegExp])[] = [
    ["empty", "", /^Line 1: there is not one whole line/],
    ["one half line", lines[0]?.slice(0, 40) ?? "", /^Line 1: there is not one whole line/],
    ["binary", "\u0000\u0001\ufffd\n\u0000\n", /^Line 1: it is not JSON/],
    ["another kind of JSON", "[1,2]\n", /^Line 1: it must be a JSON object/],
    ["JSON of somebody else", `{"level":30}\n`, /^Line 1: "format" must be/],
    ["without a call", withLine(1, { ...head, call: undefined }), /^Line 1: "call" must be an object/],
    ["without settings", withLine(1, { ...head, settings: 1 }), /^Line 1: "settings" must be an object/],
    [
      "without legs",
      withLine(1, { ...head, call: { ...(head["call"] as object), legs: [] } }),
      /^Line 1: "call.legs\[0\]" must be/,
    ],
    [
      "with a word for a number",
      withLine(1, { ...head, call: { ...(head["call"] as object), nextId: "x" } }),
      /nextId/,
    ],
    [
      "from the end of time",
      withLine(1, { ...head, call: { ...(head["call"] as object), startedAt: 1e99 } }),
      /startedAt/,
    ],
    ["without a function", withLine(1, { ...head, call: { ...(head["call"] as object), target: {} } }), /functionArn/],
    [
      "with a word for a limit",
      withLine(1, { ...head, settings: { limits: { functionDeadlineMs: "x" } } }),
      /functionDeadlineMs/,
    ],
    ["with a broken line in the middle", withLine(3, `{"input":`), /^Line 3: it is not JSON/],
    ["with a line without input", withLine(3, {}), /^Line 3: "input" must be an object/],
    ["with an unknown input", withLine(3, { input: { type: "explode", at: 1 } }), /^Line 3: "input.type" is "explode"/],
    ["with a method for an input", withLine(3, { input: { type: "toString", at: 1 } }), /^Line 3: "input.type"/],
    ["with an input without a time", withLine(3, { input: { type: "start" } }), /^Line 3: "input.at" must be a time/],
    [
      "with a digit without a leg",
      withLine(3, { input: { type: "digit", digit: "1", at: 1 } }),
      /^Line 3: "input.legId"/,
    ],
    [
      "with half a reply",
      withLine(3, { input: { type: "function-replied", invocationId: "i2", reply: {}, at: 1 } }),
      /^Line 3: "input.reply.type"/,
    ],
    ["with odd answers", withLine(3, { input: { type: "start", at: 1 }, answers: [{}] }), /^Line 3: "answers"/],
    ["with odd effects", withLine(3, { input: { type: "start", at: 1 }, effects: ["x"] }), /^Line 3: "effects"/],
  ];
  for (const [what, content, message] of garbage) {
    it(`that is ${what} is refused with the line and what is wrong`, () => {
      const [code, reported] = refusal(content);
      assert.equal(code, "HISTORY_MALFORMED");
      assert.match(reported, message);
    });
  }

  it("that is not there, or no file, is reported", async () => {
    await assert.rejects(readHistoryFile("/nowhere/x.jsonl"), { code: "HISTORY_UNREADABLE", message: /no such file/ });
    await assert.rejects(readHistoryFile("/"), { code: "HISTORY_UNREADABLE" });
  });
});
