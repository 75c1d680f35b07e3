import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { defaultCompatibility, documentedLimits, type JsonObject } from "../../call/index.ts";
import { object, type Finding } from "../../contract/index.ts";
import { checkDigitCounts, digitFields, toDigitRules } from "./digit-rules.ts";

/** What the parameters mean and what events show of them; or the first fault. */
function checkDigitRules(sent: JsonObject) {
  const findings: Finding[] = [];
  const context = { limits: documentedLimits, compatibility: defaultCompatibility, call: undefined };
  const error = { errorType: "", errorMessage: "" };
  const read = object(digitFields, [checkDigitCounts]).read(sent, { path: "", context, error, findings });
  if (read !== undefined)
    return { type: "good", rules: toDigitRules(read.value, sent), echo: read.echo as JsonObject } as const;
  const [finding] = findings;
  assert.ok(finding?.consequence.type === "action-fails");
  return { ...finding.consequence, type: "bad", why: finding.what } as const;
}

const wait = { RepeatDurationInMilliseconds: 7_000 };

describe("parameters of the get-digits actions", () => {
  it("fills in the documented defaults, and echoes all but the terminators (Contract: actions-get-digits, events-echo-terminators)", () => {
    assert.deepEqual(checkDigitRules(wait), {
      type: "good",
      rules: {
        ...{ pattern: undefined, min: 0, max: 128, isMin0Sent: false, terminators: ["#"], attempts: 1 },
        ...{ firstDigitMs: 7_000, nextDigitMs: 7_000 },
      },
      echo: {
        MinNumberOfDigits: 0,
        MaxNumberOfDigits: 128,
        Repeat: 1,
        RepeatDurationInMilliseconds: 7_000,
        InBetweenDigitsDurationInMilliseconds: 7_000,
      },
    });
  });

  it("takes all that functions send, numbers as texts, and echoes numbers (Contract: leniency-numbers-as-strings)", () => {
    const sent = {
      InputDigitsRegex: "^\\d{4}$",
      MinNumberOfDigits: "4",
      MaxNumberOfDigits: "4.0",
      TerminatorDigits: ["#", "*", 0],
      InBetweenDigitsDurationInMilliseconds: "3000",
      Repeat: "3",
      RepeatDurationInMilliseconds: "7000",
    };

    assert.deepEqual(checkDigitRules(sent), {
      type: "good",
      rules: {
        ...{ pattern: "^\\d{4}$", min: 4, max: 4, isMin0Sent: false, terminators: ["#", "*", "0"], attempts: 3 },
        ...{ firstDigitMs: 7_000, nextDigitMs: 3_000 },
      },
      echo: {
        InputDigitsRegex: "^\\d{4}$",
        MinNumberOfDigits: 4,
        MaxNumberOfDigits: 4,
        TerminatorDigits: ["#", "*", "0"],
        InBetweenDigitsDurationInMilliseconds: 3_000,
        Repeat: 3,
        RepeatDurationInMilliseconds: 7_000,
      },
    });
  });

  for (const [min, max] of [
    [0, 1],
    [1, 1],
    [1, 3],
    [5, 5],
    [10, 15],
    [11, 11],
    [0, 0],
    [128, 128],
  ] as const) {
    it(`accepts Min ${min} and Max ${max} (Contract: actions-get-digits-most-keys)`, () => {
      const checked = checkDigitRules({ ...wait, MinNumberOfDigits: min, MaxNumberOfDigits: max });

      assert.equal(checked.type, "good");
    });
  }

  for (const Repeat of [0, 1, 2, 3, 9_999, "", null]) {
    it(`accepts Repeat ${JSON.stringify(Repeat)} (Contract: leniency-repeat-zero)`, () => {
      const checked = checkDigitRules({ ...wait, Repeat });

      assert.equal(checked.type === "good" && checked.rules.attempts, Math.max(1, Number(Repeat)));
      assert.equal(checked.type === "good" && checked.echo["Repeat"], Repeat === "" || Repeat === null ? 1 : Repeat);
    });
  }

  it("waits at most as long as a timer can, and echoes what was sent", () => {
    const checked = checkDigitRules({ RepeatDurationInMilliseconds: 9_000_000_000 });

    assert.equal(checked.type === "good" && checked.rules.firstDigitMs, 2 ** 31 - 1);
    assert.equal(checked.type === "good" && checked.echo["RepeatDurationInMilliseconds"], 9_000_000_000);
  });

  const wrong: readonly [name: string, values: readonly unknown[]][] = [
    ["MinNumberOfDigits", [-1, "one", 1.5, {}]],
    ["MaxNumberOfDigits", [129, -1, "many", [], true]],
    ["RepeatDurationInMilliseconds", [0, -1, undefined, null, "", "soon", 0.5]],
    ["InBetweenDigitsDurationInMilliseconds", [0, "0", -5, "soon", {}]],
    ["Repeat", [-1, "often", 0.5]],
    ["TerminatorDigits", ["#", ["##"], ["A"], [[]], {}, 5]],
    ["InputDigitsRegex", ["(", "[9-1]", "*", {}, ["1"], "1".repeat(1_025)]],
  ];
  for (const [name, values] of wrong) {
    for (const value of values) {
      it(`refuses ${name} ${(JSON.stringify(value) ?? "left out").slice(0, 20)} with "The ${name} parameter is invalid."`, () => {
        const checked = checkDigitRules({ ...wait, [name]: value } as JsonObject);

        assert.deepEqual(checked.type === "bad" && [checked.errorType, checked.errorMessage], [
          "InvalidActionParameter",
          `The ${name} parameter is invalid.`,
        ]);
      });
    }
  }

  it("refuses Max below Min", () => {
    const checked = checkDigitRules({ ...wait, MinNumberOfDigits: 5, MaxNumberOfDigits: 4 });

    assert.equal(checked.type === "bad" && checked.errorMessage, "The MaxNumberOfDigits parameter is invalid.");
  });

  it("says for the log why a pattern does not compile", () => {
    const checked = checkDigitRules({ ...wait, InputDigitsRegex: "(" });

    assert.match((checked.type === "bad" && checked.why) || "", /group/i);
  });
});
