import assert from "node:assert/strict";
import { actions } from "../../../src/actions/index.ts";
import { validateReply } from "../../../src/app/validate-reply.ts";
import { defaultCompatibility, documentedLimits, replyBounds } from "../../../src/call/index.ts";
import { compileSearch } from "../../../src/call/pattern/pattern-search.ts";
import { describeFinding } from "../../../src/contract/index.ts";
import { readPayload } from "../../../src/engine/text/function-reply.ts";
import { readAnswer, readRetryAfter } from "../../../src/invoke/http/read-answer.ts";
import { readInvocation, readLogTail } from "../../../src/invoke/lambda/read-invocation.ts";
import { createLineSplitter, longestLine } from "../../../src/invoke/local/line-splitter.ts";
import { lenient, type FuzzTarget } from "../target.ts";

const machine = { rules: { actions }, config: { limits: documentedLimits, compatibility: defaultCompatibility } };
const bounds = replyBounds(machine);
const reply = (...list: readonly object[]) => JSON.stringify({ SchemaVersion: "1.0", Actions: list });
const speak = {
  Type: "Speak",
  Parameters: { Text: "<speak>a</speak>", TextType: "ssml", CallId: "c", Engine: "neural" },
};

/** Lines of a stream that came in pieces of so many characters. */
function linesOf(text: string, pieceLength: number): readonly string[] {
  const lines: string[] = [];
  const splitter = createLineSplitter(
    (line) => void lines.push(line),
    () => undefined,
  );
  for (let at = 0; at < text.length; at += pieceLength) splitter.push(text.slice(at, at + pieceLength));
  splitter.end();
  return lines;
}

export const replies: readonly FuzzTarget[] = [
  {
    name: "function-reply",
    seeds: [
      reply(speak, { Type: "Pause", Parameters: { DurationInMilliseconds: "1000", ParticipantTag: "LEG-A" } }),
      reply({
        Type: "PlayAudioAndGetDigits",
        Parameters: {
          InputDigitsRegex: "^\\d{2}#$",
          MinNumberOfDigits: 1,
          AudioSource: { Type: "S3", BucketName: "b", Key: "k.wav" },
        },
      }),
      reply({
        Type: "CallAndBridge",
        Parameters: {
          CallTimeoutSeconds: 30,
          CallerIdNumber: "+12065550100",
          Endpoints: [{ Uri: "+12065550199", BridgeEndpointType: "PSTN" }],
          SipHeaders: { "X-A": "b" },
        },
      }),
      '{"SchemaVersion":"1.0","Actions":[],"TransactionAttributes":{"a":"b","c":{"d":[1,null]}}}',
      "null",
      '"{}"',
    ],
    words: [
      ...[
        '"',
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        '\\"',
        "\\u0000",
        "\\ud800",
        "null",
        "true",
        "1e999",
        "-0",
        '"Type":',
        '"Parameters":{',
      ],
      ...[
        '"Actions":[',
        '"SchemaVersion":"1.0"',
        '"TransactionAttributes":{',
        '"CallId":"c"',
        '"ParticipantTag":"LEG-B"',
        '"__proto__":',
      ],
      ...[
        '"Speak"',
        '"Hangup"',
        '"RecordAudio"',
        '"ReceiveDigits"',
        '"SendDigits"',
        '"JoinChimeMeeting"',
        '"ModifyChimeMeetingAttendees"',
      ],
    ],
    take(bytes) {
      const text = bytes.toString("utf8");
      const read = readPayload(text, bounds);
      if (read.type === "failed") return;
      for (const finding of validateReply(read.value)) assert.ok(describeFinding(finding).length < 20_000);
    },
  },
  {
    name: "digit-pattern",
    mostBytes: 1_024,
    seeds: ["^\\d{2}#$\n12#", "^(?:1|2)+[*#]?$\n1221#", "^([0-9])\\1$\n11", "(?<a>[^\\d])|(?=1)1(?!2)\n13", "^$\n"],
    words: [
      "(",
      ")",
      "[",
      "]",
      "{",
      "}",
      "*",
      "+",
      "?",
      "|",
      "^",
      "$",
      ".",
      "\\d",
      "\\D",
      "\\w",
      "\\b",
      "\\1",
      "{1,}",
      "{2,3}",
      "(?:",
      "(?=",
      "(?!",
      "(?<=",
      "(?<a>",
      "\\k<a>",
      "[^",
      "\\u{1}",
      "-",
      "\n",
    ],
    take(bytes) {
      const [pattern = "", text = ""] = bytes.toString("latin1").split("\n", 2);
      let search: ReturnType<typeof compileSearch> | undefined;
      lenient(
        (error) => error instanceof SyntaxError,
        () => (search = compileSearch(pattern)),
      );
      const found = search?.(text, 2_000);
      // The engine of JavaScript says the same, where it cannot take long.
      const isSmall = pattern.length <= 16 && text.length <= 12 && !pattern.includes("{");
      if (found !== undefined && isSmall)
        assert.equal(found, new RegExp(pattern).test(text), `/${pattern}/ in ${text}`);
    },
  },
  {
    name: "function-answer",
    seeds: [
      '200\n{"SchemaVersion":"1.0"}',
      "503\nThu, 01 Jan 1970 00:00:10 GMT",
      "301\n<html>",
      '200\n{"errorType":"Error","errorMessage":"Task timed out after 3.00 seconds","trace":["a","b"]}',
      `200\n${Buffer.from("START\nEND\n").toString("base64")}`,
    ],
    words: [
      "\n",
      "200",
      "204",
      "302",
      "404",
      "429",
      "503",
      "999",
      '"errorMessage":',
      '"errorType":',
      '"trace":[',
      "{",
      "}",
      "120",
      " ",
      "GMT",
    ],
    take(bytes) {
      const text = bytes.toString("utf8");
      const [status = "", ...rest] = text.split("\n");
      const body = rest.join("\n");
      const results = [
        readAnswer("f", { status: Number(status) || 200, header: () => body.slice(0, 100), body }, 0),
        readInvocation("f", { Payload: Buffer.from(body), FunctionError: status === "500" ? "Unhandled" : undefined }),
      ];
      for (const result of results) if (result.type === "failed") assert.ok(result.message.length < 3_000);
      const waitMs = readRetryAfter(body, 0);
      assert.ok(waitMs >= 0 && waitMs <= 60_000);
      readLogTail(body);
    },
  },
  {
    name: "function-output",
    seeds: ["a\nb\r\nc", "\n\n\r\n", "x".repeat(100)],
    words: ["\n", "\r", "\r\n", "a"],
    take(bytes) {
      const text = bytes.toString("latin1");
      const whole = linesOf(text, Math.max(1, text.length));
      assert.deepEqual(linesOf(text, 1 + ((bytes[0] ?? 0) % 50)), whole, "however it comes");
      for (const line of whole) assert.ok(line.length <= longestLine && !line.includes("\n"));
    },
  },
];
