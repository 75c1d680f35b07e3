import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { describeFinding } from "../contract/index.ts";
import { validateReply } from "./validate-reply.ts";

const faultsIn = (Type: string, Parameters: object) =>
  validateReply({ SchemaVersion: "1.0", Actions: [{ Type, Parameters }] }).map((finding) =>
    describeFinding(finding).replace("Actions[0].Parameters.", ""),
  );
const invalid = (text: string) => `${text} (ACTION_FAILED InvalidActionParameter "${text}")`;

describe("the checker of speeches", () => {
  it("finds SSML that cannot be read, with its position", () => {
    assert.deepEqual(faultsIn("Speak", { Text: "<speak>Fish & chips</speak>", TextType: "ssml" }), [
      `Text: found "<speak>Fish & chips</speak>": ${invalid("SSML line 1, column 13: a bare & must be written &amp;")}`,
    ]);
    assert.match(faultsIn("Speak", { Text: "<speak>Hello", TextType: "SSML" }).join(), /^Text: .*SSML line 1/);
    assert.match(faultsIn("Speak", { Text: "Hello", TextType: "ssml" }).join(), /^Text: .*SSML line 1/);
  });

  it("finds voices and languages that do not exist, with the nearest that does", () => {
    assert.deepEqual(faultsIn("Speak", { Text: "Hi", VoiceId: "Jonna", LanguageCode: "en-UK" }), [
      `VoiceId: found "Jonna": ${invalid('Polly has no voice "Jonna"; did you mean "Joanna"?')}`,
      `LanguageCode: found "en-UK": ${invalid('"en-UK" is not a language code of Polly; did you mean "en-US"?')}`,
    ]);
  });

  it("looks at both prompts of SpeakAndGetDigits; the other is SSML when the first is, unless it says otherwise", () => {
    const ssml = { Text: "<speak>Hi</speak>", TextType: "ssml" };
    const faultsOf = (FailureSpeechParameters: object, SpeechParameters: object = ssml) =>
      faultsIn("SpeakAndGetDigits", { SpeechParameters, FailureSpeechParameters, RepeatDurationInMilliseconds: 1_000 });

    assert.match(faultsOf({ Text: "Hi" }).join(), /^FailureSpeechParameters: found "Hi" as SSML, as .*: SSML line 1/);
    assert.match(faultsOf({ Text: "Hi", TextType: "ssml" }).join(), /^FailureSpeechParameters\.Text: found "Hi": SSML/);
    assert.match(
      faultsOf({ Text: "Hi", TextType: "text" }, { ...ssml, Text: "Hi" }).join(),
      /^SpeechParameters\.Text: /,
    );
    assert.deepEqual(faultsOf({ Text: "Hi", TextType: "text" }), []);
    assert.deepEqual(faultsOf({ Text: "<speak>Sorry</speak>" }), []);
  });

  it("has nothing to say of a good speech", () => {
    const Text = '<speak>Hello <break time="1s"/><say-as interpret-as="digits">123</say-as></speak>';

    assert.deepEqual(faultsIn("Speak", { Text, TextType: "ssml", VoiceId: "Amy", LanguageCode: "en-GB" }), []);
    assert.deepEqual(faultsIn("Speak", { Text: "Fish & chips" }), []);
  });
});
