import assert from "node:assert/strict";
import { test } from "node:test";
import { findFault } from "./check.ts";
import { createFramer } from "./framer.ts";
import { headerValue, splitList } from "../header/headers.ts";
import type { SipMessage } from "./message.ts";
import { parseNameAddr } from "../header/name-addr.ts";
import { parseMessage } from "./parse.ts";
import { printResponse } from "./print.ts";
import { parseSipUri, printSipUri } from "../address/uri.ts";
import { parseVia, stampVia } from "../header/via.ts";

const invite = [
  "INVITE sip:b@192.0.2.1 SIP/2.0",
  "v: SIP/2.0/UDP 192.0.2.9:5062;branch=z9hG4bKa , SIP/2.0/TCP 192.0.2.8",
  "VIA: SIP/2.0/UDP [2001:DB8::9]",
  'f: "A, \\"quoted\\" <one>" <sip:a@192.0.2.9;x=y>;tag=1',
  "t:",
  "\t<sip:b@192.0.2.1>",
  "i : call",
  "CSeq:  7   INVITE",
  "Max-Forwards: 70",
  "l: 3",
  "",
  "v=0surplus",
].join("\r\n");

function parse(text: string): SipMessage {
  const result = parseMessage(Buffer.from(text));
  assert.ok(result.type === "message", `not a message: ${text.slice(0, 60)}`);
  return result.message;
}

test("reads compact forms, folding, lists over several fields, and the body by Content-Length", () => {
  const message = parse(invite);

  assert.equal(message.method, "INVITE");
  assert.equal(message.requestUri, "sip:b@192.0.2.1");
  assert.deepEqual(message.list("via").length, 3);
  assert.equal(message.via?.port, 5062);
  assert.equal(message.from?.uri, "sip:a@192.0.2.9;x=y");
  assert.equal(message.fromTag, "1");
  assert.equal(message.to?.uri, "sip:b@192.0.2.1");
  assert.equal(message.callId, "call");
  assert.deepEqual(message.cseq, { number: 7, method: "INVITE" });
  assert.equal(message.body.toString(), "v=0");
  assert.equal(findFault(message), undefined);
});

test("takes bare LF line ends and leading CRLFs (RFC 3261 §7.5)", () => {
  const message = parse(`\r\n\r\n${invite.replaceAll("\r\n", "\n")}`);

  assert.equal(findFault(message), undefined);
  assert.equal(message.body.toString(), "v=0");
});

test("reads a response, with and without a reason", () => {
  assert.equal(parse("SIP/2.0 180 Ringing\r\nX: y\r\n\r\n").startLine, "180 Ringing");
  assert.equal(parse("SIP/2.0 200\r\nX: y\r\n\r\n").status, 200);
  assert.equal(parseMessage(Buffer.from("SIP/2.0 99 No\r\n\r\n")).type, "malformed");
});

test("a NUL is a fault that can be answered, wherever it stands in the head, but escaped in quotes (RFC 3261 §25.1)", () => {
  const whyOf = (text: string) => findFault(parse(text))?.why;

  assert.equal(whyOf(invite.replace("INVITE ", "IN\0VITE ")), "malformed request line");
  assert.equal(whyOf(invite.replace("INVITE ", "\0INVITE ")), "malformed request line");
  assert.equal(whyOf(invite.replace("SIP/2.0\r\n", "SIP/2.0\0\r\n")), "malformed request line");
  assert.equal(whyOf(invite.replace("sip:b@", "sip:b\0@")), "a NUL");
  assert.equal(whyOf(invite.replace("<sip:a@", "<sip:a\0@")), "a NUL");
  assert.equal(whyOf(invite.replace("i : call", "i : ca\0ll")), "a NUL");
  assert.equal(whyOf(invite.replace("quoted", "quo\0ted")), "a NUL");
  assert.equal(whyOf(invite.replace("quoted", "quo\\\0ted")), undefined);
  assert.equal(whyOf(invite.replace("v=0", "v=\0")), undefined);
});

test("what says that it is SIP is one that can be answered, and what does not is none", () => {
  assert.equal(findFault(parse(invite.replace("SIP/2.0", "SIP/two")))?.status, 400);
  assert.equal(findFault(parse(invite.replace("SIP/2.0", "SIP/7.0")))?.status, 505);
  for (const line of ["GET / HTTP/1.1", "INVITE sip:b@192.0.2.1", "\0\0\0", "INVITE sip:b@192.0.2.1 XSIP/2.0"])
    assert.equal(parseMessage(Buffer.from(`${line}\r\nHost: a\r\n\r\n`)).type, "malformed", line);
});

test("finds headers in any case and in both forms", () => {
  const headers = [
    { name: "x-Thing", value: "1" },
    { name: "s", value: "short" },
  ];

  assert.equal(headerValue(headers, "X-THING"), "1");
  assert.equal(headerValue(headers, "Subject"), "short");
  assert.equal(headerValue(headers, "Nothing"), undefined);
});

test("splits lists outside of quotes and brackets only", () => {
  assert.deepEqual(splitList('"a,b" <sip:x,y@z>;q="1,2", c ,,d'), ['"a,b" <sip:x,y@z>;q="1,2"', "c", "d"]);
});

test("reads URIs", () => {
  const uri = parseSipUri("sip:%61l:secret;x=1@Example.COM:5070;transport=TCP?Subject=a%40b");
  assert.equal(uri?.host, "example.com");
  assert.equal(uri?.port, 5070);
  assert.equal(parseSipUri("sip:+1206;ext=5@[2001:db8::1]")?.host, "2001:db8::1");
  assert.equal(parseSipUri("sip:+1206;ext=5@[2001:db8::1]")?.user, "+1206");
  assert.equal(parseSipUri("SIPS:host")?.scheme, "sips");
  assert.equal(parseSipUri("tel:+1-206-555-0100;phone-context=x")?.user, "+12065550100");
  assert.equal(parseSipUri("tel:555-0100;phone-context=+1206")?.user, "+12065550100");
  assert.equal(parseSipUri("sip:+1206;verstat=a;cpc=b:secret@h")?.user, "+1206");
  assert.equal(parseNameAddr("sip:+1206;cpc=ordinary@h;tag=1")?.uri, "sip:+1206;cpc=ordinary@h");
  assert.equal(
    printSipUri({ user: "front desk\ud800%", host: "::1", port: 1 }),
    "sip:front%20desk%EF%BF%BD%25@[::1]:1",
  );
  for (const bad of [
    "",
    "sip:",
    "sip:@h",
    "sip:a@",
    "sip:a@h:0",
    "sip:a@h:65536",
    "sip:a b@h",
    "http://h",
    "sip:%zz@h",
    "tel:abc xyz",
  ]) {
    assert.equal(parseSipUri(bad), undefined, bad);
  }
});

test("prints URIs that read back the same, whatever the user part holds", () => {
  for (const user of ["+12065550100", "a@b:c", "ünï <x>", "100%", "a;b?c"]) {
    assert.equal(parseSipUri(printSipUri({ user, host: "192.0.2.1", port: 5060 }))?.user, user);
  }
  assert.equal(printSipUri({ user: "", host: "2001:db8::1", transport: "tcp" }), "sip:[2001:db8::1];transport=tcp");
});

test("reads name-addr in all forms", () => {
  assert.deepEqual([...(parseNameAddr("sip:a@b;tag=7")?.parameters ?? [])], [["tag", "7"]]);
  assert.equal(parseNameAddr("sip:a@b;tag=7")?.uri, "sip:a@b");
  assert.equal(parseNameAddr("Bob Smith <sip:a@b>")?.uri, "sip:a@b");
  assert.equal(parseNameAddr('"open <sip:a@b>'), undefined);
  assert.equal(parseNameAddr("<sip:a@b"), undefined);
  assert.equal(parseNameAddr(""), undefined);
});

test("replaces a received parameter that the sender wrote itself", () => {
  const value = "SIP/2.0/UDP 192.0.2.9;received=10.0.0.1;rport;branch=z9hG4bKa, SIP/2.0/UDP x;rport";
  const via = parseVia(value);
  assert.ok(via);

  assert.equal(
    stampVia(value, via, "198.51.100.7", 4_000),
    "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKa;received=198.51.100.7;rport=4000, SIP/2.0/UDP x;rport",
  );
});

test("a message with more header fields than any sane one, or a longer one, is too large (513)", () => {
  const many = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx\r\n".repeat(1_400);

  assert.equal(findFault(parse(`INVITE sip:a@b SIP/2.0\r\n${many}\r\n`))?.status, 513);
  assert.equal(findFault(parse(`INVITE sip:a@b SIP/2.0\r\nX: ${"x".repeat(20_000)}\r\n\r\n`))?.status, 513);
});

test("a Via field of hundreds of elements is read by its first", () => {
  const value = Array.from({ length: 400 }, (_, index) => `SIP/2.0/UDP h${index};branch=b${index}`).join(",");

  assert.equal(parse(`OPTIONS sip:a@b SIP/2.0\r\nVia: ${value}\r\n\r\n`).via?.host, "h0");
});

test("cuts a stream into messages wherever it is split (RFC 3261 §18.3)", () => {
  const one = "OPTIONS sip:a SIP/2.0\r\nContent-Length: 4\r\n\r\nbody";
  const bytes = Buffer.from(`\r\n${one}\r\n\r\n${one}`);
  for (let size = 1; size < bytes.length; size++) {
    const framer = createFramer();
    const texts: string[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      for (const frame of framer.push(bytes.subarray(at, at + size))) {
        if (frame.type === "message") texts.push(frame.bytes.toString());
      }
    }
    assert.deepEqual(texts, [one, one], `reads of ${size}`);
  }
});

test("a stream without a usable Content-Length is broken, and stays so", () => {
  for (const head of ["X: y", "Content-Length: x", "l: 999999999", "Content-Length: -1"]) {
    const framer = createFramer();
    assert.equal(framer.push(Buffer.from(`OPTIONS sip:a SIP/2.0\r\n${head}\r\n\r\n`))[0]?.type, "broken", head);
    assert.deepEqual(framer.push(Buffer.from("more")), []);
  }
  assert.equal(createFramer().push(Buffer.alloc(70_000, "a"))[0]?.type, "broken");
});

test("a stream is cut by a Content-Length that is folded, or that stands twice with one value", () => {
  const heads = ["Content-Length:\r\n 4", "l\t:\r\n\t \r\n 4 ", "Content-Length: 4\r\nX: y\r\nl: 4"];
  for (const head of [...heads, "X: y\r\n l: 7\r\nL: 4"]) {
    const bytes = Buffer.from(`OPTIONS sip:a SIP/2.0\r\n${head}\r\n\r\nbody\r\n`);
    assert.deepEqual(
      createFramer()
        .push(bytes)
        .map(({ type }) => type),
      ["message", "blank"],
      head,
    );
  }
});

test("a stream is broken by two lengths of one message, since either may be its end", () => {
  for (const head of [
    "l: 0\r\nContent-Length: 4",
    "Content-Length: 4\r\nX: y\r\nContent-Length:\r\n 0",
    "l: 4\r\nl: x",
  ]) {
    const [frame] = createFramer().push(Buffer.from(`OPTIONS sip:a SIP/2.0\r\n${head}\r\n\r\nbody`));
    assert.equal(frame?.type === "broken" ? frame.status : frame?.type, 400, head);
  }
});

test("line ends between messages are told, with how many bytes they are (RFC 5626 §3.5.1)", () => {
  assert.deepEqual(createFramer().push(Buffer.from("\r\n\r\n")), [{ type: "blank", sizeBytes: 4 }]);
});

test("what a response copies of a request has the same bytes, also where they are no UTF-8 (RFC 3261 §8.2.6.2)", () => {
  const odd = Buffer.from([0xe9, 0xff, 0xc3, 0x28, 0xf0, 0x9f]);
  for (const name of [odd, Buffer.from("é漢", "utf8")]) {
    const copied = ["Via: SIP/2.0/UDP h;branch=z9hG4bKa;x=", 'From: "', "Call-ID: "].map(
      (start) => [start, name] as const,
    );
    const [via, from, callId] = copied.map(([start, value]) => Buffer.concat([Buffer.from(start), value]));
    const lines = [via, Buffer.concat([from ?? odd, Buffer.from('" <sip:a@h>;tag=1')]), callId];
    const bytes = Buffer.concat([
      Buffer.from("OPTIONS sip:b@h SIP/2.0\r\nTo: <sip:b@h>\r\nCSeq: 1 OPTIONS\r\n"),
      ...lines.flatMap((line) => [line ?? odd, Buffer.from("\r\n")]),
      Buffer.from("\r\n"),
    ]);
    const result = parseMessage(bytes);
    assert.ok(result.type === "message");
    const { message } = result;
    const text = printResponse(message, { status: 200, toTag: "t", lines: "X: \u010a\u4e00\r\n", body: "v=\u00e9" });
    const sent = Buffer.from(text, message.encoding);

    for (const line of lines) assert.ok(sent.includes(line ?? odd), sent.toString("latin1"));
    const [head, body] = [sent.subarray(0, sent.indexOf("\r\n\r\n")), sent.subarray(sent.indexOf("\r\n\r\n") + 4)];
    assert.equal(Number(/Content-Length: (\d+)/.exec(head.toString("latin1"))?.[1]), body.length);
    assert.equal(
      head
        .toString("latin1")
        .split("\r\n")
        .filter((line) => line.startsWith("X:")).length,
      1,
    );
  }
});
