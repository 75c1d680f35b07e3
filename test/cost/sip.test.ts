import { test } from "node:test";
import { readSessionBody } from "../../src/sip-syntax/message/body.ts";
import { findFault } from "../../src/sip-syntax/message/check.ts";
import { createFramer } from "../../src/sip-syntax/message/framer.ts";
import { parseMessage } from "../../src/sip-syntax/message/parse.ts";
import { contactUri } from "../../src/sip/dialog/dialog.ts";
import { readSessionExpires } from "../../src/sip/dialog/session-interval.ts";
import { readInfoDigit } from "../../src/sip/method/info-digit.ts";
import { requireRefusal } from "../../src/sip/method/checks.ts";
import { readReplaces } from "../../src/sip/method/replaces.ts";
import { isSameUri } from "../../src/sip-syntax/address/same-uri.ts";
import { parseSipUri } from "../../src/sip-syntax/address/uri.ts";
import { assertLinear } from "./growth.ts";

/** Runs and nestings of each class of characters that the grammar knows. */
const units = [
  ...[
    " ",
    "\t",
    "\r",
    "\n",
    "\r\n",
    "\r\n ",
    "\r\n a",
    ",",
    ";",
    "=",
    ";=",
    ";a",
    ";a=b",
    ";a=",
    '"',
    '\\"',
    '""',
    "\\",
  ],
  ...[
    "<",
    ">",
    "<>",
    "><",
    "<<>",
    ":",
    "::",
    "/",
    "/ ",
    "@",
    "?",
    "&",
    "%",
    "%41",
    "a",
    "1",
    "0",
    "-",
    ".",
    "*",
    "#",
    "~",
  ],
  ...[
    "[",
    "]",
    "[:",
    "(",
    ")",
    "((",
    "é",
    "\u0000",
    "\u007f",
    "SIP/2.0/UDP h,",
    "SIP / 2.0 ",
    "z9hG4bK",
    ";received=",
    "; rport ;",
  ],
  ...[
    "sip:",
    "sip:a@b,",
    "<sip:a@b>,",
    "--b\r\n",
    "--b\r\n\r\n",
    "\r\n--b",
    "v=0\r\n",
    "Signal=",
    "Signal = \n",
    "signal",
    "timer,",
  ],
];
const head = [
  "OPTIONS sip:a@h SIP/2.0",
  "Via: SIP/2.0/UDP h;branch=z9hG4bKa;rport",
  "From: <sip:a@h>;tag=1",
  "To: <sip:b@h>",
];
const rest = ["Call-ID: c", "CSeq: 1 OPTIONS", "Max-Forwards: 70"];

/** Reads all that the agent reads of a message. */
function readAll(bytes: Buffer): void {
  const result = parseMessage(bytes);
  if (result.type !== "message") return;
  const { message } = result;
  findFault(message);
  message.stampSource("192.0.2.1", 5060);
  void [message.responseHead, message.via, message.cseq, message.from, message.to, message.fromTag, message.toTag];
  for (const key of ["via", "require", "supported", "contact", "route", "record-route", "accept"]) message.list(key);
  message.lists("supported", "timer");
  contactUri(message);
  readSessionExpires(message);
  requireRefusal({ request: message, supported: ["timer"] });
  readReplaces(message.first("replaces") ?? "");
  isSameUri(message.requestUri, `${message.requestUri};x`);
  parseSipUri(message.requestUri);
  readSessionBody(message);
  readInfoDigit(message);
}

/** Every header field that is read, with `value` in several places of its grammar. */
const places: readonly (readonly [name: string, (run: string) => string])[] = [
  ["the request line", (run) => [`OPTIONS sip:${run}x SIP/2.0`, ...head.slice(1), ...rest, "", ""].join("\r\n")],
  ["the version", (run) => [`OPTIONS sip:a@h SIP/${run}`, ...head.slice(1), ...rest, "", ""].join("\r\n")],
  ["the method", (run) => [`${run} sip:a@h SIP/2.0`, ...head.slice(1), ...rest, "", ""].join("\r\n")],
  ["a status line", (run) => [`SIP/2.0 200 ${run}`, ...head.slice(1), ...rest, "", ""].join("\r\n")],
  ["a field name", (run) => [...head, `${run}: x`, ...rest, "", ""].join("\r\n")],
  ...[
    ...[
      "Via: ",
      "Via: SIP",
      "Via: SIP/2.0/UDP ",
      "Via: SIP/2.0/UDP h",
      "Via: SIP/2.0/UDP h:",
      "Via: SIP/2.0/UDP h;branch=",
    ],
    ...["From: ", "From: a", 'From: "', "From: <", "From: <sip:a@h>", "From: <sip:a@h>;tag=", "To: ", "To: sip:a@h;"],
    ...[
      "CSeq: ",
      "CSeq: 1",
      "Call-ID: ",
      "Max-Forwards: ",
      "Contact: ",
      "Contact: <sip:",
      "Contact: <sip:a@h>;",
      "Require: ",
    ],
    ...[
      "Record-Route: <",
      "Route: ",
      "Session-Expires: ",
      "Session-Expires: 90;",
      "Supported: ",
      "Content-Length: ",
      "X: ",
      "Replaces: c;to-tag=1;from-tag=2",
      "Replaces: ",
    ],
    ...[
      "Content-Type: ",
      "Content-Type: multipart/mixed;boundary=",
      "Content-Disposition: ",
      "Accept: ",
      "Timestamp: ",
    ],
  ].map((start): readonly [string, (run: string) => string] => [
    start,
    (run) => [head[0], `${start}${run}x`, ...head.slice(1), ...rest, "", ""].join("\r\n"),
  ]),
  ...[
    "application/sdp",
    "application/dtmf-relay",
    "application/dtmf",
    "multipart/mixed;boundary=b",
    'multipart/mixed;boundary="b"',
  ].map((type): readonly [string, (run: string) => string] => [
    `a body of ${type}`,
    (run) => [...head, ...rest, `Content-Type: ${type}`, "", `${run}x`].join("\r\n"),
  ]),
];

for (const [place, make] of places) {
  test(`${place}: reading costs no more than linear time, whatever run of characters stands there`, () => {
    for (const unit of units) {
      const build = (bytes: number) => Buffer.from(make(unit.repeat(Math.ceil(bytes / unit.length))));
      // A longer field would be refused before anything reads it.
      assertLinear(
        `${place} with ${JSON.stringify(unit)}`,
        build,
        readAll,
        place.startsWith("a body") ? 65_000 : 16_000,
      );
    }
  });
}

const stream = (body: string) => `${[...head, ...rest, `Content-Length: ${body.length}`, "", body].join("\r\n")}`;

for (const size of [1, 2, 7, 1_000]) {
  test(`a stream in pieces of ${size} bytes is cut into messages in linear time`, () => {
    const texts: ((bytes: number) => string)[] = [
      (bytes) => stream("x".repeat(bytes)),
      (bytes) => `${head.join("\r\n")}\r\nX: ${"x".repeat(bytes)}`,
      (bytes) => `${head.join("\r\n")}\r\nX: ${"\r\n ".repeat(bytes / 3)}`,
      (bytes) => "\r\n".repeat(bytes / 2),
      (bytes) => "\r\nx".repeat(bytes / 3),
      (bytes) => "l:\nl ".repeat(bytes / 5),
    ];
    for (const [index, text] of texts.entries()) {
      assertLinear(
        `text ${index}`,
        (bytes) => Buffer.from(text(bytes)),
        (bytes) => {
          const framer = createFramer();
          for (let at = 0; at < bytes.length; at += size) framer.push(bytes.subarray(at, at + size));
        },
      );
    }
  });
}
