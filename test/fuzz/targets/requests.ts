import assert from "node:assert/strict";
import { signatureOf } from "../../../src/api/signature/canonical-request.ts";
import { readSignature } from "../../../src/api/signature/signature-fields.ts";
import { parseBody } from "../../../src/api/wire/body.ts";
import { parseConfigText } from "../../../src/app/config/document.ts";
import { AppError } from "../../../src/kernel/index.ts";
import { decodeClientFrame, frameMark } from "../../../src/meetings/frames/client-frame.ts";
import { createJoinTokens } from "../../../src/meetings/registry/join-tokens.ts";
import { parseToken, printToken } from "../../../src/store/paging.ts";
import { officialFrames } from "../../../src/testing/internal/official-frames.ts";
import { lenient, type FuzzTarget } from "../target.ts";

const isRefusal = (error: unknown) => error instanceof AppError;
const tokens = createJoinTokens(new Uint8Array(32));
const attendee = "5e2b8d41-0c7f-4a96-9d13-8f6a3c2e1b20";
const signature = "a".repeat(64);
const scope = "AKID/20260102/us-east-1/chime/aws4_request";

const { codec } = officialFrames;
const frameOf = (body: object) =>
  Uint8Array.of(frameMark, ...codec.encode(codec.fromObject({ timestampMs: 1, ...body })).finish());

export const requests: readonly FuzzTarget[] = [
  {
    name: "meeting-frame",
    seeds: [
      frameOf({ type: 1, join: { audioSessionId: 5, flags: 2, maxNumOfVideos: 8, clientDetails: { appName: "a" } } }),
      frameOf({ type: 3, sub: { duplex: 1, sdpOffer: "v=0", attendeeId: "a", audioMuted: false, sendStreams: [] } }),
      frameOf({ type: 16, audioControl: { muted: true } }),
      frameOf({ type: 19, pingPong: { type: 1, pingId: 3 } }),
      frameOf({ type: 22, dataMessage: { messages: [{ topic: "t", data: Uint8Array.of(1, 2), lifetimeMs: 5 }] } }),
    ],
    words: [
      "\x05\x08\x01\x10",
      "\x22\x04",
      "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
      "\x0b",
      "\x0c",
      "\xba\x01",
      "\x0a\x00",
      "\x11\x00",
    ],
    take(bytes) {
      const frame = decodeClientFrame(bytes);
      if (frame.type === "malformed") assert.match(frame.why, /^[a-zA-Z].{10,}/);
      if (frame.type === "data-message") assert.ok(frame.messages.length <= 1_024);
    },
  },
  {
    name: "api-body",
    seeds: ['application/json\n{"Name":"a","Tags":[{"Key":"k","Value":"v"}]}', "\n{}", "text/plain\nx"],
    words: [
      '"',
      "{",
      "}",
      "[",
      "]",
      ":",
      ",",
      "\\u0000",
      "null",
      "\n",
      "application/json; charset=utf-8",
      '"__proto__":{}',
    ],
    take(bytes) {
      const end = bytes.indexOf("\n");
      const type = end <= 0 ? undefined : bytes.toString("latin1", 0, end);
      lenient(isRefusal, () => parseBody(bytes.subarray(end + 1), type));
    },
  },
  {
    name: "api-signature",
    seeds: [
      `\n/apps\nAWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`,
      `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(scope)}&X-Amz-Date=20260102T030405Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=${signature}\n/a%20b`,
    ],
    words: [
      "\n",
      ",",
      "=",
      "/",
      ";",
      "&",
      "%",
      "%41",
      "Credential=",
      "SignedHeaders=",
      "Signature=",
      "20260102T030405Z",
      "aws4_request",
      signature,
      "X-Amz-Date=",
    ],
    take(bytes) {
      const [query = "", path = "", ...authorization] = bytes.toString("latin1").split("\n");
      const headers = new Map([
        ["host", ["h"]],
        ["x-amz-date", ["20260102T030405Z"]],
        ...(authorization.length === 0 ? [] : [["authorization", authorization] as const]),
      ]) as ReadonlyMap<string, readonly string[]>;
      lenient(isRefusal, () => {
        const request = { method: "GET", path, query: new URLSearchParams(query), headers };
        const fields = readSignature(request);
        assert.match(fields.signature, /^[0-9a-f]{64}$/);
        assert.match(signatureOf(request, fields, signature)("secret"), /^[0-9a-f]{64}$/);
      });
    },
  },
  {
    name: "tokens",
    seeds: [tokens.make(attendee), printToken("sip-rules", 17)],
    words: ["_", "-", "=", ".", "0", "a", attendee],
    take(bytes) {
      const text = bytes.toString("latin1");
      const read = tokens.readAttendeeId(text);
      assert.ok(read === undefined || tokens.make(read) === text, "only tokens that were made here are read");
      lenient(isRefusal, () => {
        const seq = parseToken("sip-rules", text);
        assert.equal(printToken("sip-rules", seq), text);
      });
    },
  },
  {
    name: "configuration",
    mostBytes: 4_000,
    seeds: [
      'numbers: ["+12065550100"]\nfunctions: { hello: ./index.mjs }\nrules:\n  - name: hello\n    applications: [hello]\n',
      "a: &b [1, 2]\nc: *b\nd: |\n  text\n",
      '{"sip":{"listen":["udp://127.0.0.1:5060"]}}',
    ],
    words: [
      "\n",
      "  ",
      "- ",
      ": ",
      "? ",
      "&a ",
      "*a",
      "!!str ",
      "|",
      ">",
      "[",
      "]",
      "{",
      "}",
      "'",
      '"',
      "#",
      "---\n",
      "%YAML 1.2\n",
      "<<: ",
      "\t",
      "\xef\xbb\xbf",
    ],
    take(bytes) {
      const read = parseConfigText(bytes.toString("utf8"), "offhook.yaml");
      if ("problems" in read) assert.ok(read.problems.length > 0);
    },
  },
];
