import assert from "node:assert/strict";
import { dialogOfRequest, routeRequest, routesOf } from "../../../src/sip/dialog/dialog.ts";
import { readMinSe, readSessionExpires } from "../../../src/sip/dialog/session-interval.ts";
import { readChallenges } from "../../../src/sip/digest/challenge.ts";
import { readCredentials } from "../../../src/sip/digest/credentials.ts";
import { createMethods } from "../../../src/sip/method/methods.ts";
import { readRegistration } from "../../../src/sip/registrar/registration.ts";
import {
  createFramer,
  findFault,
  messageText,
  parseMessage,
  withoutSecrets,
  type Frame,
  type SipMessage,
} from "../../../src/sip-syntax/index.ts";
import { aDescription, aRequest, aResponse } from "../../../src/testing/internal/sip-testbed.ts";
import type { FuzzTarget } from "../target.ts";

const methods = createMethods({ acceptsRefer: true, isRegistrar: true });
const digest = 'username="a", realm="offhook", nonce="n", uri="sip:b", response="0123456789abcdef0123456789abcdef"';
const part = `--b\r\nContent-Type: application/sdp\r\n\r\n${aDescription}\r\n--b--\r\n`;
const invite = aRequest({
  lines: [
    'P-Asserted-Identity: <tel:+12065550100>, "A" <sip:+12065550100@h;user=phone>',
    "Remote-Party-ID: <sip:+12065550100@h>;party=calling;privacy=off",
    "Privacy: id;critical",
    "Diversion: <sip:+12065550199@h>;reason=unconditional;counter=1",
    "History-Info: <sip:a@h?Reason=SIP%3Bcause%3D302>;index=1.1",
    "User-to-User: 00a1b2;encoding=hex",
    "Session-Expires: 1800;refresher=uac",
    "Min-SE: 90",
    "Supported: timer, 100rel, replaces",
    "Record-Route: <sip:p1.example.com;lr>, <sip:[2001:db8::1]:5061;transport=tls>",
    "Accept: application/sdp;q=0.5, */*",
    "X-Own: a",
    " folded",
  ],
});
const multipart = aRequest({ lines: ['Content-Type: multipart/mixed;boundary="b"'], body: part });
const register = aRequest({
  method: "REGISTER",
  requestUri: "sip:h",
  contact:
    'sip:a@192.0.2.9:5060;ob>;expires=60;q=0.5;+sip.instance="<urn:uuid:00000000-0000-1000-8000-000a95a0e128>";reg-id=1;x=<y',
  lines: [
    "Path: <sip:p.example.com;lr;ob>",
    "Supported: path, outbound, gruu",
    "Expires: 3600",
    `Authorization: Digest ${digest}, qop=auth, nc=00000001, cnonce="c", algorithm=SHA-256`,
  ],
});
const refer = aRequest({
  method: "REFER",
  toTag: "t",
  lines: [
    "Refer-To: <sip:b@h?Replaces=c%40h%3Bto-tag%3D1%3Bfrom-tag%3D2&X=1>",
    "Referred-By: <sip:a@h>",
    "Refer-Sub: false",
  ],
});
const info = aRequest({
  method: "INFO",
  toTag: "t",
  lines: ["Content-Type: application/dtmf-relay"],
  body: "Signal=5\r\nDuration=160\r\n",
});
const challenge = aResponse(invite, "401 Unauthorized", {
  toTag: "t",
  lines: [
    'WWW-Authenticate: Digest realm="r", nonce="n", qop="auth,auth-int", algorithm=SHA-256, stale=true',
    "WWW-Authenticate: Basic realm=x",
  ],
});
const ringing = aResponse(invite, "183 Session Progress", {
  toTag: "t",
  lines: ["Require: 100rel", "RSeq: 1"],
  body: aDescription,
});

const words = [
  ...[
    "\r\n",
    "\r\n ",
    "\r\n\r\n",
    " ",
    "\t",
    ",",
    ";",
    ":",
    "=",
    '"',
    "\\",
    "<",
    ">",
    "@",
    "?",
    "%",
    "%41",
    "\0",
    "é",
    "\xff",
  ],
  ...[
    "SIP/2.0",
    "sip:",
    "sips:",
    "tel:",
    ";tag=",
    ";lr",
    ";branch=z9hG4bK",
    ";rport",
    ";received=",
    ";maddr=",
    ";q=0.1",
    "*",
    "0",
  ],
  ...[
    "Via: ",
    "v: ",
    "From: ",
    "To: ",
    "Call-ID: ",
    "CSeq: ",
    "Contact: ",
    "Content-Length: ",
    "l: ",
    "Content-Type: ",
    "Require: ",
  ],
  ...[
    "Route: ",
    "Record-Route: ",
    "Session-Expires: ",
    "Max-Forwards: ",
    "Authorization: Digest ",
    "Refer-To: ",
    "--b",
    "boundary=b",
  ],
  ...[
    "INVITE",
    "ACK",
    "BYE",
    "CANCEL",
    "OPTIONS",
    "REGISTER",
    "INFO",
    "UPDATE",
    "PRACK",
    "REFER",
    "nonce=",
    "realm=",
    "qop=auth",
  ],
];

/** Reads all that the server reads of a message. */
function readAll(message: SipMessage): void {
  findFault(message);
  if (message.start.type === "request") message.stampSource("192.0.2.1", 5060);
  const { responseHead, fields } = message;
  assert.ok(responseHead.length <= 3 * message.sizeBytes + 200, "a response is not much longer than what it answers");
  for (const { key } of fields) {
    const length = message.list(key).reduce((sum, value) => sum + value.length, 0);
    assert.ok(length <= message.sizeBytes * 2);
  }
  if (message.start.type === "request") readRequest(message);
  else readResponse(message);
  withoutSecrets(messageText(message));
}

function readRequest(request: SipMessage): void {
  const { outside, within } = methods.of(request.method);
  const checks = [...(outside.begins === "nothing" ? [] : outside.checks), ...(within?.checks ?? [])];
  const { supported } = methods;
  const arrival = { request, supported, isMerged: false, isSecure: false, isClosing: false, hasInvite: true };
  const isRefused = checks.map((check) => check(arrival)).some((refusal) => refusal !== undefined);
  if (!isRefused && findFault(request) === undefined) within?.read(request);
  readRegistration(request);
  const { type } = readCredentials(request, "offhook", ["SHA-256", "MD5"]);
  assert.ok(type === "none" || type === "found" || type === "malformed");
  void request.sessionBody;
  if (findFault(request) !== undefined) return;
  const dialog = dialogOfRequest(request, "tag");
  const { requestUri, routes } = routeRequest(dialog);
  for (const text of [
    requestUri,
    dialog.remoteParty,
    dialog.remoteTag,
    dialog.sipCallId,
    ...routes.map(({ value }) => value),
  ])
    assert.doesNotMatch(text, /[\r\n]/, "what our requests have of theirs stays on its line");
}

function readResponse(response: SipMessage): void {
  const { challenges } = readChallenges(response);
  assert.ok(challenges.length <= 4);
  void [readSessionExpires(response), readMinSe(response), routesOf(response), response.sessionBody];
}

/** What a stream is cut into: messages as text, then why it can be read no further. */
function cut(bytes: Buffer, pieceBytes: number): readonly string[] {
  const framer = createFramer();
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes)
    frames.push(...framer.push(bytes.subarray(at, at + pieceBytes)));
  return frames.flatMap((frame) => {
    if (frame.type === "blank") return [];
    return frame.type === "broken" ? [`${frame.status} ${frame.why}`] : [frame.bytes.toString("latin1")];
  });
}

export const sipMessages: readonly FuzzTarget[] = [
  {
    name: "sip-message",
    seeds: [
      invite,
      multipart,
      register,
      refer,
      info,
      challenge,
      ringing,
      "\r\n\r\n",
      aRequest({ method: "PRACK", toTag: "t", lines: ["RAck: 1 1 INVITE"] }),
    ],
    words,
    take(bytes) {
      const result = parseMessage(bytes);
      if (result.type === "message") readAll(result.message);
    },
  },
  {
    name: "sip-stream",
    seeds: [`${invite}\r\n\r\n${register}${info}`, `${info}x`, "\r\n\r\n\r\n", invite.replace("Content-Length", "l  ")],
    words: ["\r\n", "\r\n\r\n", "Content-Length: ", "l: ", "\n", " ", "0", "9", "\r\n ", ",", ":"],
    take(bytes) {
      const whole = cut(bytes, bytes.length);
      // As it came at once, or in pieces: the same messages.
      for (const pieceBytes of [1 + ((bytes[0] ?? 0) % 7), 100])
        if (bytes.length > 0) assert.deepEqual(cut(bytes, pieceBytes), whole);
      assert.ok(whole.join("").length <= bytes.length + 200);
    },
  },
];
