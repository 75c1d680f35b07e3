import assert from "node:assert/strict";
import { createHostileTexts } from "../../testing/internal/hostile-texts.ts";
import { fuzzTest } from "../../testing/internal/fuzz.ts";
import { elementEnd, parseParameters, quote, splitList } from "../header/headers.ts";
import { parseNameAddr } from "../header/name-addr.ts";
import { parseVia, stampVia } from "../header/via.ts";
import { readDialled, whyClosedUser } from "./dialled.ts";
import { showNumber, toE164 } from "./e164.ts";
import { isHostName, parseHostPort, withBrackets } from "./host.ts";
import { plainUser, readSubscriber, withoutEscapes } from "./subscriber.ts";
import { askedTransport, parseSipUri, printSipUri } from "./uri.ts";
import { splitUserInfo } from "./user-info.ts";

const uris = [
  "sip:alice:secret@[2001:db8::1]:5061;transport=tls;lr?Subject=a%20b&X=",
  "sips:+1-206-555-0100;phone-context=+44@example.com;user=phone",
  "tel:+12065550100;isub=1;ext=2",
  "sip:%61lice%3Bx@192.0.2.1;maddr=192.0.2.9;ttl=1",
];
const pieces = [
  ":",
  ";",
  "@",
  "=",
  "?",
  "&",
  "%",
  "%41",
  "[",
  "]",
  "<",
  ">",
  '"',
  "\\",
  ",",
  " ",
  "\t",
  "+",
  "sip:",
  "::",
];

fuzzTest(
  "whatever text comes for a URI, it is read or refused, and what was read is read the same from what it prints",
  3_000,
  () => {
    return (random) => {
      const text = createHostileTexts(random, uris, pieces).next();
      const uri = parseSipUri(text);
      splitUserInfo(text);
      if (uri === undefined) return;
      askedTransport(uri);
      assert.equal(uri.text.length <= text.length, true);
      if (uri.host === "" || uri.scheme === "tel") return;
      const { user, host, port } = uri;
      const printed = printSipUri({ user: "x", host, ...(port === undefined ? {} : { port }) });
      assert.equal(parseSipUri(printed)?.host, host, `${JSON.stringify(user)} ${printed}`);
    };
  },
);

fuzzTest("whatever text comes for a number or a host, it is read or refused, and bounded", 3_000, () => {
  const originals = [
    "+1 (206) 555-0100",
    "9-1-1",
    "911;phone-context=+1",
    "%2B1911",
    "a.example.com:5060",
    "[::1]:5060",
  ];
  const closed = { emergencyNumbers: ["911"], closedPrefixes: ["+1900"] };
  return (random) => {
    const text = createHostileTexts(random, originals, pieces).next();
    const dialled = readDialled(text, closed);
    if (dialled.type !== "none") assert.match(dialled.number, /^\+?\d{2,15}$/);
    const number = toE164(text);
    if (number !== undefined) assert.match(number, /^\+[1-9]\d{1,14}$/);
    for (const read of [
      whyClosedUser(text, closed),
      showNumber(text),
      readSubscriber(text),
      plainUser(text),
      withoutEscapes(text),
    ])
      void read;
    const at = parseHostPort(text);
    if (at?.port !== undefined) assert.ok(at.port >= 0 && at.port <= 65_535);
    if (at !== undefined && isHostName(at.host)) assert.equal(parseHostPort(withBrackets(at.host))?.host, at.host);
  };
});

fuzzTest("whatever text comes for a header field, its parts lie within it", 3_000, () => {
  const originals = [
    '"A, \\"quoted\\" <one>" <sip:a@192.0.2.9;x=y>;tag=1;q="0,3"',
    "SIP/2.0/UDP [2001:db8::9]:5060;branch=z9hG4bKa;rport;received=192.0.2.1",
    "<sip:a@b>, sip:c@d;expires=60, *",
  ];
  return (random) => {
    const value = createHostileTexts(random, originals, pieces).next();
    const parts = splitList(value);
    assert.ok(parts.reduce((sum, part) => sum + part.length, 0) <= value.length);
    const end = elementEnd(value, 0);
    assert.ok(end >= 0 && end <= value.length);
    parseParameters(value);
    assert.equal(parseParameters(`;x=${quote(value)}`).size <= 1, true);
    parseNameAddr(value);
    const via = parseVia(value);
    if (via !== undefined) assert.match(stampVia(value, via, "192.0.2.7", 5070), /192\.0\.2\.7/);
  };
});
