import { test } from "node:test";
import { clientKind } from "../../src/api/former-namespace.ts";
import { parseBody } from "../../src/api/wire/body.ts";
import { externalId, meetingConstraints } from "../../src/api/wire/meeting-constraints.ts";
import { parseConfigText } from "../../src/app/config/document.ts";
import { showHeaders } from "../../src/call/sip-headers.ts";
import { createLineSplitter } from "../../src/invoke/local/line-splitter.ts";
import { nearestWord } from "../../src/kernel/index.ts";
import { decodeClientFrame } from "../../src/meetings/frames/client-frame.ts";
import { decodeReport } from "../../src/media/stream/rtcp/rtcp.ts";
import { createJoinTokens } from "../../src/meetings/registry/join-tokens.ts";
import { parseWav } from "../../src/media/wav/parse-wav.ts";
import { answerBrowserOffer, answerOffer, readAnswer, readBrowserOffer } from "../../src/sdp/index.ts";
import { espeakLanguage } from "../../src/speech/espeak/espeak-language.ts";
import { parseSsml } from "../../src/speech/ssml/parse-ssml.ts";
import { toSpeakableAscii } from "../../src/speech/english/plain-text.ts";
import { sayAs } from "../../src/speech/english/say-as.ts";
import { splitText } from "../../src/speech/threads/split-text.ts";
import { assertLinear } from "./growth.ts";

const repeated =
  (unit: string, before = "", after = "") =>
  (bytes: number) =>
    before + unit.repeat(Math.ceil(bytes / unit.length)) + after;

/** Asserts it for each unit of text, between each pair of what stands before and after it. */
function assertLinearFor(
  units: readonly string[],
  places: readonly (readonly [before: string, after: string])[],
  read: (text: string) => void,
  mostBytes?: number,
): void {
  for (const unit of units) {
    for (const [before, after] of places) {
      assertLinear(`${before.slice(-40)}${JSON.stringify(unit)}`, repeated(unit, before, after), read, mostBytes);
    }
  }
}

const signs = [
  " ",
  "\n",
  "\t",
  "a",
  "1",
  "0",
  ".",
  ",",
  ";",
  ":",
  "/",
  "=",
  "-",
  "+",
  '"',
  "<",
  ">",
  "&",
  "[",
  "{",
  "é",
  "x ",
];

test("a session description costs no more than linear time", () => {
  const local = { address: "192.0.2.1", port: 4000, codecs: ["PCMU"], sessionId: "1", sessionVersion: 1 } as const;
  const start = "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0";
  const lines = [
    "m=audio 4 RTP/AVP 0",
    "a=rtpmap:0 PCMU/8000",
    "a=x",
    "a=sendrecv",
    "c=IN IP4 192.0.2.9",
    "t=0 0",
    "m=",
    "b=AS:1",
  ];
  const read = (text: string) => {
    answerOffer(text, local);
    readAnswer(text, local);
  };

  assertLinearFor(
    [...signs, "\r\n", ...lines.map((line) => `\r\n${line}`)],
    [
      [start, "\r\n"],
      ["", ""],
      ["v=0", "x"],
    ],
    read,
  );
  for (const name of [
    "rtpmap:0 ",
    "rtpmap:",
    "ptime:",
    "rtcp:",
    "simulcast: ",
    "mediaclk:",
    "candidate:",
    "fmtp:0 ",
    "ssrc:",
  ]) {
    // A longer line would be refused.
    assertLinearFor(signs, [[`${start}\r\na=${name}`, "\r\n"]], read, 2_000);
  }
});

test("a browser's offer costs no more than linear time", () => {
  const start =
    "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n" +
    `a=ice-ufrag:abcd\r\na=fingerprint:sha-256 ${"AA:".repeat(31)}AA\r\na=rtcp-mux`;
  const lines = [
    "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\na=mid:1",
    "a=group:BUNDLE 0 1 2",
    "a=mid:1",
    "a=extmap:1 urn:x",
    "a=fingerprint:sha-256 AA",
    "a=ice-ufrag:a",
  ];
  const local = {
    ...{ iceUfrag: "u", icePassword: "p", fingerprint: "sha-256 AA", address: "192.0.2.1", port: 4000, ssrc: 1 },
    ...{ cname: "c", sessionId: "1", sessionVersion: 1, playbackRateHz: 16_000 },
  };
  const read = (text: string) => {
    const offer = readBrowserOffer(text, { codecs: ["PCMU"] });
    if (!("why" in offer)) answerBrowserOffer(offer, local);
  };

  assertLinearFor([...signs, ...lines.map((line) => `\r\n${line}`)], [[start, "\r\n"]], read);
  for (const name of ["group:BUNDLE ", "mid:", "extmap:", "extmap:1 ", "fingerprint:", "ice-ufrag:", "setup:"]) {
    assertLinearFor(signs, [[`${start}\r\na=${name}`, "\r\n"]], read, 2000);
  }
});

test("SSML costs no more than linear time", () => {
  const read = (text: string) => {
    try {
      parseSsml(text);
    } catch {
      // What is refused must be refused in linear time too.
    }
  };
  const elements = [
    "<s>a</s>",
    "<s>a.</s> ",
    "<p>a</p>",
    "<s/>",
    "<p>a",
    "<s>",
    "a<s/>",
    "<break/>",
    "<break time='1s'/>",
    "&amp;",
    "&a",
    "<!--",
    "<!",
    "]]>",
    "<![CDATA[a]]>",
    "<prosody rate='90%'>a</prosody>",
    "<say-as interpret-as='digits'>12 </say-as>",
    "<sub alias='a'>b</sub>",
    "<x>",
  ];

  assertLinearFor(
    [...signs, ...elements],
    [
      ["<speak>", "</speak>"],
      ["<speak>a<s/>", ""],
    ],
    read,
    30_000,
  );
  for (const before of [
    "<speak><break time='",
    "<speak><prosody rate='",
    "<speak a='",
    "<",
    "<speak><say-as interpret-as='",
    "<speak><say-as interpret-as='date'>",
  ]) {
    assertLinearFor(signs, [[before, "'/></speak>"]], read, 12_000);
  }
});

test("text to be spoken costs no more than linear time", () => {
  const kinds = ["digits", "telephone", "cardinal", "ordinal", "date", "characters"];

  assertLinearFor(
    [...signs, "€", "€1", "1,", "1.1"],
    [
      ["", ""],
      ["€1", "x"],
    ],
    (text) => {
      toSpeakableAscii(text);
      for (const kind of kinds) sayAs(text, kind, undefined);
    },
    12_000,
  );
});

test("texts in other languages cost no more than linear time", () => {
  const kinds = ["digits", "telephone", "expletive"];
  for (const language of [espeakLanguage("de-DE"), espeakLanguage("ja-JP")]) {
    assertLinearFor(
      ["a", "[", "。", "日", "\u0001", "1/", " ", "\u200d"],
      [["", ""]],
      (text) => {
        splitText(language.toLine(text));
        language.foreignScripts(text);
        for (const kind of kinds) language.sayAs(text, kind, undefined);
      },
      12_000,
    );
  }
});

test("WAV and RTCP cost no more than linear time", () => {
  const chunk = Buffer.concat([Buffer.from("JUNK"), Buffer.alloc(4)]);
  const riff = Buffer.from("RIFF\0\0\0\0WAVE");
  const report = Buffer.from([0x80, 200, 0, 6, ...Buffer.alloc(24)]);
  const many = (head: Buffer, unit: Buffer) => (bytes: number) =>
    Buffer.concat([head, ...Array.from({ length: Math.ceil(bytes / unit.length) }, () => unit)]);

  assertLinear("chunks", many(riff, chunk), (bytes) => void parseWav(bytes));
  assertLinear("zeros", many(riff, Buffer.alloc(1)), (bytes) => void parseWav(bytes));
  assertLinear("reports", many(Buffer.alloc(0), report), (bytes) => void decodeReport(bytes));
  assertLinear("goodbyes", many(Buffer.alloc(0), Buffer.from([0x80, 203, 0, 0])), (bytes) => void decodeReport(bytes));
});

test("bodies of the API and words that are asked about cost no more than linear time", () => {
  const read = (text: string) => {
    try {
      parseBody(Buffer.from(text), "application/json");
    } catch {
      // Not JSON.
    }
    nearestWord(text, ["Speak", "PlayAudioAndGetDigits"]);
  };

  assertLinearFor(
    [...signs, '"a",', '{"a":', "[["],
    [
      ["", ""],
      ['{"a":"', '"}'],
      ["[", "1]"],
    ],
    read,
  );
});

test("headers that a function sees cost no more than linear time", () => {
  assertLinear(
    "X-A",
    (bytes) => "x".repeat(bytes),
    (text) => void showHeaders(Array.from({ length: text.length / 10 }, () => ({ name: "X-A", value: "1" }))),
  );
});

test("a configuration costs no more than linear time", () => {
  assertLinearFor(
    [...signs, "- ", "a: ", "- a\n", "? ", "!a ", "*a ", "&a "],
    [
      ["a:\n  - b", ""],
      ["a: ", "x"],
    ],
    (text) => {
      parseConfigText(text, "offhook.yaml");
    },
    4_000,
  );
});

test("the output of a function is cut into lines in linear time", () => {
  for (const size of [1, 100]) {
    assertLinearFor([" ", "a\n", "\r\n", "\r"], [["", ""]], (text) => {
      const splitter = createLineSplitter(
        () => undefined,
        () => undefined,
      );
      for (let at = 0; at < text.length; at += size) splitter.push(text.slice(at, at + size));
      splitter.end();
    });
  }
});

test("what a request to meetings names costs no more than linear time", () => {
  const tokens = createJoinTokens(new Uint8Array(32));
  const token = tokens.make("5e2b8d41-0c7f-4a96-9d13-8f6a3c2e1b20");
  assertLinearFor(
    [...signs, token, "_"],
    [
      ["", ""],
      [token, ""],
      ["", token],
    ],
    (text) => tokens.readAttendeeId(text),
  );
  assertLinearFor([...signs, "aws-sdk", "api/chime", "#"], [["", ""]], (text) => clientKind(text));
  const patterns = [externalId, ...Object.values(meetingConstraints)].flatMap(({ pattern, item }) =>
    [pattern, item?.pattern].filter((one) => one !== undefined),
  );
  for (const pattern of patterns) {
    assertLinearFor(["a", "1", "-", ":", "ab", "#\n"], [["", "\u{1F600}"]], (text) => pattern.test(text), 100_000);
  }
});

test("a frame of a client of meetings costs no more than linear time", () => {
  // An unknown number, an unknown text, a group, a data message, a metric, an unending number; alone and within a known message.
  const units = [[0xf8, 6, 1], [0xfa, 6, 1, 65], [0x0b], [0xba, 1, 2, 10, 0], [0xb2, 1, 2, 10, 0], [0xff]];
  const places = [[5], [5, 0x10, 22, 0xba, 1, 0xff, 0xff, 3]];
  for (const unit of units) {
    for (const before of places) {
      const make = (bytes: number) =>
        String.fromCharCode(...before) + String.fromCharCode(...unit).repeat(Math.ceil(bytes / unit.length));
      const name = `frame of ${unit.join(" ")} behind ${before.join(" ")}`;
      assertLinear(name, make, (text) => void decodeClientFrame(Buffer.from(text, "latin1")), 65_536);
    }
  }
});
