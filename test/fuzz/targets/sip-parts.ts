import assert from "node:assert/strict";
import { plainUser, readSubscriber, withoutEscapes } from "../../../src/sip-syntax/address/subscriber.ts";
import { isHostName, parseHostPort, withBrackets } from "../../../src/sip-syntax/address/host.ts";
import { elementEnd, hasEmptyPart, splitList } from "../../../src/sip-syntax/header/headers.ts";
import { parseVia, stampVia } from "../../../src/sip-syntax/header/via.ts";
import {
  askedTransport,
  isSameUri,
  parseChallenges,
  parseNameAddr,
  parseNetwork,
  parseParameters,
  parseSipUri,
  printSipUri,
  quote,
  readDialled,
  readNational,
  showNumber,
  splitUserInfo,
  toE164,
  whyClosedUser,
} from "../../../src/sip-syntax/index.ts";
import type { FuzzTarget } from "../target.ts";

const signs = [
  ...' \t,;:=@?&%<>[]"\\*+-.()/#',
  "%41",
  "%00",
  "%zz",
  "::",
  "é",
  "sip:",
  "sips:",
  "tel:",
  "<sip:",
  ";lr",
  "[::1]",
];
const closed = { emergencyNumbers: ["911"], closedPrefixes: ["+1900"] };
const german = { country: "49", nationalPrefix: "0", internationalPrefix: "00" };

export const sipParts: readonly FuzzTarget[] = [
  {
    name: "sip-uri",
    seeds: [
      "sip:alice:secret@[2001:db8::1]:5061;transport=tls;lr?Subject=a%20b&X=",
      "sips:+1-206-555-0100;phone-context=+44@example.com;user=phone",
      "tel:+12065550100;isub=1;ext=2",
      "sip:%61lice%3Bx@192.0.2.1;maddr=192.0.2.9;ttl=1",
    ],
    words: [...signs, ";transport=udp", ";phone-context=", ";user=phone", ";method=", "%C3%A9"],
    take(bytes) {
      const text = bytes.toString("utf8");
      splitUserInfo(text);
      const uri = parseSipUri(text);
      if (uri === undefined) return;
      askedTransport(uri);
      isSameUri(text, `${text} `);
      assert.ok(uri.text.length <= text.length);
      if (uri.host === "" || uri.scheme === "tel") return;
      const { user, host, port } = uri;
      const printed = printSipUri({ user: "x", host, ...(port === undefined ? {} : { port }) });
      assert.equal(parseSipUri(printed)?.host, host, `${JSON.stringify(user)} ${printed}`);
    },
  },
  {
    name: "numbers-and-hosts",
    seeds: [
      "+1 (206) 555-0100",
      "9-1-1",
      "911;phone-context=+1",
      "%2B1911",
      "a.example.com:5060",
      "[::1]:5060",
      "192.0.2.0/24",
      "00493012345",
    ],
    words: [...signs, ..."0123456789", "911", "+1900", "::ffff:192.0.2.1", "/128", "٣"],
    take(bytes) {
      const text = bytes.toString("utf8");
      const dialled = readDialled(text, closed);
      if (dialled.type !== "none") assert.match(dialled.number, /^\+?\d{2,15}$/);
      for (const number of [toE164(text), readNational(text, german)])
        if (number !== undefined) assert.match(number, /^\+[1-9]\d{1,14}$/);
      void [whyClosedUser(text, closed), showNumber(text), readSubscriber(text), plainUser(text), withoutEscapes(text)];
      parseNetwork(text);
      const at = parseHostPort(text);
      if (at?.port !== undefined) assert.ok(at.port >= 0 && at.port <= 65_535);
      if (isHostName(text)) assert.equal(withBrackets(text), text);
    },
  },
  {
    name: "header-values",
    seeds: [
      '"A, \\"quoted\\" <one>" <sip:a@192.0.2.9;x=y>;tag=1;q="0,3"',
      "SIP/2.0/UDP [2001:db8::9]:5060;branch=z9hG4bKa;rport;received=192.0.2.1",
      "<sip:a@b>, sip:c@d;expires=60, *",
    ],
    words: [...signs, "SIP/2.0/UDP ", "SIP / 2.0 / TCP ", ";rport", ";received=", ";branch=", ";tag=", '\\"', '""'],
    take(bytes) {
      const value = bytes.toString("utf8");
      const parts = splitList(value);
      assert.ok(parts.reduce((sum, part) => sum + part.length, 0) <= value.length);
      const end = elementEnd(value, 0);
      assert.ok(end >= 0 && end <= value.length);
      hasEmptyPart(value);
      parseParameters(value);
      assert.ok(parseParameters(`;x=${quote(value)}`).size <= 1);
      parseNameAddr(value);
      const via = parseVia(value);
      if (via !== undefined) assert.match(stampVia(value, via, "192.0.2.7", 5070), /192\.0\.2\.7/);
    },
  },
  {
    name: "digest",
    seeds: [
      String.raw`Digest realm="a \"b\"", nonce=x==, qop="auth,auth-int", opaque="", stale=TRUE, Basic realm="b"`,
      'Digest username="a", realm="r", nonce="n", uri="sip:b", response="0", nc=00000001, cnonce=c, Negotiate a87421+/==',
    ],
    words: [...signs, "Digest ", "Basic ", "realm=", "nonce=", "qop=", "==", '\\"', ', realm="'],
    take(bytes) {
      const value = bytes.toString("utf8");
      const challenges = parseChallenges(value) ?? [];
      const length = challenges.reduce(
        (sum, { scheme, parameters }) =>
          sum + scheme.length + [...parameters].reduce((both, [name, text]) => both + name.length + text.length, 0),
        0,
      );
      assert.ok(length <= value.length, "no more than is there");
    },
  },
];
