import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { english } from "../english/english.ts";
import { parseSsml } from "./parse-ssml.ts";
import { toSpeechParts } from "./to-speech-parts.ts";

/** Words and pauses in short: "text@rate/pitch/volume" where not normal, pauses as milliseconds. */
function heard(inner: string): (string | number)[] {
  return toSpeechParts(parseSsml(`<speak>${inner}</speak>`), () => english).map((part) => {
    if (part.type === "pause") return part.pauseMs;
    const { text, rate, pitch, volumeDb, voiceId } = part;
    const style = [
      rate === 1 ? "" : `r${rate}`,
      pitch === 1 ? "" : `p${pitch}`,
      volumeDb === 0 ? "" : `v${volumeDb}`,
      voiceId ?? "",
    ];
    return style.some((one) => one !== "") ? `${text} {${style.join("")}}` : text;
  });
}

describe("SSML", () => {
  const cases: [title: string, inner: string, expected: (string | number)[]][] = [
    ["plain text", "Hello there", ["Hello there"]],
    ["nothing", "", []],
    ["only blanks and marks", " <mark name='a'/>\n ", []],
    ["line breaks and runs of blanks", "one\n  two\t three", ["one two three"]],
    ["entities and CDATA", "Tom &amp; Jerry &#65; <![CDATA[a < b]]>", ["Tom and Jerry A a less than b"]],
    ["break by time", "a<break time='1.5s'/>b<break time=\"250ms\"/>c", ["a", 1500, "b", 250, "c"]],
    [
      "break by strength",
      "a<break strength='x-strong'/>b<break/>c<break strength='none'/>d",
      ["a", 800, "b", 250, "c d"],
    ],
    ["a break over Polly's longest", "a<break time='60s'/>b", ["a", 10_000, "b"]],
    ["a leading break is kept", "<break time='1s'/>a", [1000, "a"]],
    ["sentences", "<s>One</s><s>Two?</s> three", ["One. Two? three"]],
    ["paragraphs", "<p>One</p><p>Two.</p>", ["One.", 450, "Two."]],
    ["prosody with words", "<prosody rate='slow' volume='soft' pitch='high'>a</prosody>", ["a {r0.75p1.15v-6}"]],
    ["prosody with numbers", "<prosody rate='150%' volume='+3dB' pitch='-10%'>a</prosody>", ["a {r1.5p0.9v3}"]],
    ["nested prosody", "<prosody rate='50%'>a <prosody rate='150%'>b</prosody></prosody>", ["a {r0.5}", "b {r0.75}"]],
    ["prosody beyond its bounds", "<prosody rate='900%'>a</prosody>", ["a {r2}"]],
    ["emphasis", "<emphasis level='strong'>a</emphasis>", ["a {r0.85v3}"]],
    [
      "nested emphasis beyond the bounds of prosody",
      `${"<emphasis level='strong'>".repeat(40)}a${"</emphasis>".repeat(40)}${"<emphasis level='reduced'>".repeat(40)}b${"</emphasis>".repeat(40)}`,
      ["a {r0.2v12}", "b {r2v-80}"],
    ],
    ["say-as digits", "<say-as interpret-as='digits'>1234</say-as>", ["one two three four"]],
    ["say-as number:digits", '<say-as interpret-as="number:digits">07</say-as>', ["zero seven"]],
    [
      "say-as inside prosody",
      "<prosody rate='50%'><say-as interpret-as='cardinal'>21</say-as></prosody>",
      ["twenty one {r0.5}"],
    ],
    ["a say-as of an unknown kind", "<say-as interpret-as='colour'>red</say-as>", ["red"]],
    ["sub", "<sub alias='World Wide Web Consortium'>W3C</sub>", ["World Wide Web Consortium"]],
    [
      "lang, w, phoneme",
      "<lang xml:lang='fr-FR'>oui</lang> <w role='amazon:VB'>read</w> <phoneme alphabet='ipa' ph='x'>tomato</phoneme>",
      ["oui", "read tomato"],
    ],
    [
      "Amazon's effects",
      "<amazon:effect name='whispered'>a</amazon:effect><amazon:domain name='news'>b</amazon:domain>",
      ["ab"],
    ],
    ["voice", "a <voice name='Brian'>b</voice>", ["a", "b {Brian}"]],
    ["a break within a say-as", "<say-as interpret-as='cardinal'>5<break time='1s'/>6</say-as>", ["five", 1000, "six"]],
    ["elements that nobody knows", "<audio src='x'>Hi</audio> <b>the<i/>re</b><prosodi rate='slow'/>", ["Hi there"]],
    ["words cut by a tag stay one word", "un<mark name='x'/>cut", ["uncut"]],
  ];
  for (const [title, inner, expected] of cases) {
    it(`understands ${title}`, () => assert.deepEqual(heard(inner), expected));
  }

  it("takes an XML declaration, a name space and blanks around the document", () => {
    const ssml = ` <?xml version="1.0"?>\n<speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis">hi</speak>\n`;

    assert.equal(parseSsml(ssml).length, 1);
  });

  const faults: [title: string, ssml: string, message: RegExp][] = [
    ["text without markup", "hello", /column \d+.*root/],
    ["another outermost element", "<p>hello</p>", /outermost element must be <speak>, not <p>/],
    ["an open element", "<speak>hello", /unclosed tag: speak/],
    ["crossed elements", "<speak><p><s>a</p></s></speak>", /./],
    ["a bare ampersand", "<speak>one\nTom & Jerry</speak>", /line 2, column 5: a bare & must be written &amp;/],
    ["an entity nobody defined", "<speak>a&nbsp;b</speak>", /entity/],
    ["speak inside speak", "<speak><speak>a</speak></speak>", /cannot stand inside/],
    ["a break without unit", "<speak><break time='3'/></speak>", /"500ms" or "1.5s", not "3"/],
    ["an unknown strength", "<speak><break strength='huge'/></speak>", /cannot be "huge"; it is one of none, x-weak/],
    ["an unknown rate", "<speak><prosody rate='toString'>a</prosody></speak>", /cannot be "toString"/],
    ["an unknown level", "<speak><emphasis level='loud'>a</emphasis></speak>", /strong, moderate/],
    [
      "a level that is a word of JavaScript",
      "<speak><emphasis level='toString'>a</emphasis></speak>",
      /cannot be "toString"/,
    ],
    ["say-as without its kind", "<speak><say-as>1</say-as></speak>", /needs the attribute interpret-as/],
    ["an attribute without quotes", "<speak><break time=1s/></speak>", /./],
  ];
  for (const [title, ssml, message] of faults) {
    it(`refuses ${title} with its position`, () => {
      assert.throws(
        () => parseSsml(ssml),
        (error: { code?: string; message: string; details?: { line?: number } }) => {
          assert.equal(error.code, "SPEECH_BAD_SSML");
          assert.match(error.message, message);
          assert.match(error.message, /^SSML line \d+, column \d+: \D/);
          return true;
        },
      );
    });
  }

  it("tells of each element that nobody knows, and of the one that may be meant", () => {
    const messages: string[] = [];
    parseSsml("<speak><prosodi rate='slow'>a</prosodi><bookmark/><lang>b</lang></speak>", (message) =>
      messages.push(message),
    );

    assert.deepEqual(
      messages.map((message) => message.slice(0, message.indexOf(":"))),
      [
        "<prosodi> is not an element of SSML here (did you mean <prosody>?)",
        "<bookmark> is not an element of SSML here",
      ],
    );
  });

  it("answers damaged documents with its own error only", () => {
    const whole = `<speak>a<break time="1s"/><prosody rate="slow">b &amp; <say-as interpret-as='digits'>1</say-as></prosody></speak>`;
    for (let cut = 0; cut < whole.length; cut++) {
      for (const ssml of [whole.slice(0, cut), whole.slice(0, cut) + whole.slice(cut + 1), whole.slice(cut)]) {
        try {
          parseSsml(ssml);
        } catch (error) {
          assert.equal((error as { code?: string }).code, "SPEECH_BAD_SSML", ssml);
        }
      }
    }
  });
});
