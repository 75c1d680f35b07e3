import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  choice,
  defaulted,
  describeFinding,
  integer,
  keyList,
  list,
  nothing,
  object,
  optional,
  required,
  text,
  textMap,
  keyword,
  type Finding,
  type Printing,
  type ReadContext,
  type Shape,
} from "./index.ts";

// Nothing here depends on the settings of a server.
const limits = {} as Printing["limits"];
const compatibility = {} as ReadContext["compatibility"];
const error = { errorType: "Wrong", errorMessage: "Something is wrong." };

/** What is read, and what is found. */
function read<T>(shape: Shape<T>, sent: unknown) {
  const findings: Finding[] = [];
  const context = { limits, compatibility, call: undefined };
  const outcome = shape.read(sent, { path: "P", context, error, findings });
  return { ...outcome, findings: findings.map(describeFinding) };
}

const meal = object(
  {
    Guests: required(integer({ min: 1, max: 8 }), { description: "How many." }),
    Kind: defaulted(keyword(["lunch", "dinner"], { anyCase: true }), { description: "Which.", default: "lunch" }),
    Hours: defaulted(integer({ min: 1 }), { description: "How long.", default: ({ Guests }) => Number(Guests) * 2 }),
    Note: optional(text("text"), {
      description: "Anything.",
      aliases: ["note"],
      error: { ...error, errorType: "BadNote" },
    }),
    Guest: optional(text("text"), { description: "Who is to be honoured." }),
    Wine: defaulted(text("text"), {
      description: "Which wine.",
      default: "red",
      ignoredWhen: { present: "Guest" },
    }),
  },
  [({ Guests, Hours }) => (Hours < Guests ? { field: "Hours", allowed: `${Guests} or more` } : undefined)],
);

describe("an object that is declared once", () => {
  it("is read with its defaults, numbers as numbers; what was sent besides stays in the echo", () => {
    const { value, echo, findings } = read(meal, { Guests: "2", Kind: "DINNER", Wine: "white", extra: [1] });

    assert.deepEqual(value, { Guests: 2, Kind: "dinner", Hours: 4, Note: undefined, Guest: undefined, Wine: "white" });
    assert.deepEqual(echo, { Guests: 2, Kind: "dinner", Hours: 4, Wine: "white", extra: [1] });
    assert.deepEqual(findings, ["P.extra: unknown (no effect)"]);
  });

  it("counts null and an empty text as absent, and takes other spellings that are known", () => {
    const { value, findings } = read(meal, { Guests: 1, Kind: "", Hours: null, note: 7 });

    assert.deepEqual(value, { Guests: 1, Kind: "lunch", Hours: 2, Note: "7", Guest: undefined, Wine: "red" });
    assert.deepEqual(findings, []);
  });

  it("does not look at what counts for nothing", () => {
    const { value, echo, findings } = read(meal, { Guests: 1, Guest: "Ann", Wine: {} });

    assert.deepEqual([value?.Wine, (echo as { Wine: unknown }).Wine, findings], ["red", {}, []]);
  });

  it("finds everything that is wrong, each with the error of the member or of what is around it", () => {
    const { value, findings } = read(meal, { Kind: "diner", Note: {}, "a b": 1 });

    assert.equal(value, undefined);
    assert.deepEqual(findings, [
      'P.Guests: missing (ACTION_FAILED Wrong "Something is wrong.")',
      'P.Kind: found "diner", allowed is lunch or dinner; did you mean dinner? (ACTION_FAILED Wrong "Something is wrong.")',
      'P.Note: found an object, allowed is text (ACTION_FAILED BadNote "Something is wrong.")',
      'P["a b"]: unknown (no effect)',
    ]);
  });

  it("holds rules between members once each is right by itself", () => {
    assert.deepEqual(read(meal, { Guests: 3, Hours: 2 }).findings, [
      'P.Hours: found 2, allowed is 3 or more (ACTION_FAILED Wrong "Something is wrong.")',
    ]);
    assert.deepEqual(read(meal, { Guests: 9, Hours: 2 }).findings, [
      'P.Guests: found 9, allowed is 1 to 8 (ACTION_FAILED Wrong "Something is wrong.")',
    ]);
  });

  it("does not change what it reads", () => {
    const sent = Object.freeze({ Guests: "2", Kind: "DINNER" });

    read(meal, sent);

    assert.deepEqual(sent, { Guests: "2", Kind: "DINNER" });
  });

  it("is printed as what may be sent and as what events echo", () => {
    const sent = meal.schema({ form: "sent", limits }) as { required: unknown; properties: { Kind: unknown } };
    const echoed = meal.schema({ form: "echoed", limits }) as typeof sent;

    assert.deepEqual(sent.required, ["Guests"]);
    assert.deepEqual(echoed.required, ["Guests", "Kind", "Hours"]);
    assert.deepEqual(sent.properties.Kind, {
      description: "Which.",
      anyOf: [
        {
          anyOf: [
            { enum: ["lunch", "dinner"] },
            { type: "string", pattern: "^([lL][uU][nN][cC][hH]|[dD][iI][nN][nN][eE][rR])$" },
          ],
        },
        { enum: [null, ""] },
      ],
      default: "lunch",
    });
    assert.match(
      meal.type({ form: "sent", limits }),
      /How many\. 1 to 8\. \*\/\nreadonly Guests: number \| `\$\{number\}`;/,
    );
    assert.match(meal.type({ form: "echoed", limits }), /readonly Kind: "lunch" \| "dinner";/);
  });
});

describe("lists, maps and choices", () => {
  it("name the entry that is wrong, and the number that is allowed", () => {
    assert.deepEqual(read(list(meal, { min: 1, max: 2 }), [{ Guests: 1 }, { Guests: 0 }]).findings, [
      'P[1].Guests: found 0, allowed is 1 to 8 (ACTION_FAILED Wrong "Something is wrong.")',
    ]);
    assert.match(
      read(list(meal, { min: 1, max: 2 }), []).findings.join(),
      /found a list of 0, allowed is a list of 1 to 2/,
    );
    assert.match(read(keyList(), ["#", "##"]).findings.join(), /^P\[1\]: found "##", allowed is a key/);
  });

  it("read numbers as the keys and texts that they mean", () => {
    assert.deepEqual(read(keyList(), [1, "*"]).value, ["1", "*"]);
    assert.deepEqual(read(textMap(), { a: 1, b: "x", c: [true] }).value, { a: "1", b: "x", c: "[true]" });
  });

  it("ask for the variant that may have been meant, and for members that must not be there", () => {
    const kind = (name: string) => required(keyword([name]), { description: "Which." });
    const none = optional(nothing("a cat has none"), { description: "None." });
    const pet = choice("Kind", { Cat: object({ Kind: kind("Cat"), Leash: none }), Dog: object({ Kind: kind("Dog") }) });

    assert.deepEqual(read(pet, { Kind: "Dog", Leash: 1 }).value, { Kind: "Dog" });
    assert.match(
      read(pet, { Kind: "Cot" }).findings.join(),
      /^P\.Kind: found "Cot", allowed is Cat or Dog; did you mean Cat\?/,
    );
    assert.match(read(pet, {}).findings.join(), /^P\.Kind: found nothing, allowed is Cat or Dog/);
    assert.match(
      read(pet, { Kind: "Cat", Leash: 1 }).findings.join(),
      /^P\.Leash: found 1, allowed is nothing: a cat has none/,
    );
  });
});
