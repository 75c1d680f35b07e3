import { test } from "node:test";
import { readStun } from "../../src/media/ice/stun-message.ts";
import { rtpPayloadStart } from "../../src/media/srtp/rtp-parts.ts";
import { findElement } from "../../src/media/stream/header-extension.ts";
import { findPayload } from "../../src/media/stream/packet.ts";
import { readDialled, readSubscriber, toE164 } from "../../src/sip-syntax/index.ts";
import { parseHostPort } from "../../src/sip-syntax/address/host.ts";
import { parseSipUri, uriParameter } from "../../src/sip-syntax/address/uri.ts";
import { parseNameAddr } from "../../src/sip-syntax/header/name-addr.ts";
import { parseVia, stampVia } from "../../src/sip-syntax/header/via.ts";
import { assertLinear } from "./growth.ts";

const rowOf = (head: Buffer, piece: Buffer) => (bytes: number) =>
  Buffer.concat([head, ...Array.from({ length: Math.ceil((bytes - head.length) / piece.length) }, () => piece)]);

test("RTP with any header extension costs no more than linear time", () => {
  const head = Buffer.from([0xbf, 0, 0, 0, ...Buffer.alloc(8 + 15 * 4), 0xbe, 0xde, 0x3f, 0xff]);
  for (const element of [[0], [0x10, 1], [0x20, 1], [0xf0], [0xff]]) {
    assertLinear(`elements ${element.join(" ")}`, rowOf(head, Buffer.from(element)), (packet) => {
      const bounds = { start: 0, end: 0, extension: 0 };
      findPayload(packet, bounds);
      findElement(packet, bounds, 3, 1);
      rtpPayloadStart(packet, packet.length);
    });
  }
});

test("STUN costs no more than linear time", () => {
  for (const attribute of [
    [0, 0, 0, 0],
    [0, 6, 0, 1, 97, 0, 0, 0],
    [0x7f, 1, 0, 0],
    [0, 8, 0, 20, ...Buffer.alloc(20)],
  ]) {
    const build = (bytes: number) => {
      const message = rowOf(
        Buffer.from([0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, ...Buffer.alloc(12)]),
        Buffer.from(attribute),
      )(bytes);
      message.writeUInt16BE(message.length - 20, 2);
      return message;
    };
    assertLinear(`attributes ${attribute.slice(0, 4).join(" ")}`, build, (bytes) => void readStun(bytes), 65_000);
  }
});

const signs = [...' \t,;=:@%?&<>"\\[]()+-.*#a1é', "%41", "::", ";a=b", ";a", "sip:", "<sip:a@b>", "a@", "a.", "&a=b"];
const readers: readonly (readonly [what: string, heads: readonly string[], read: (text: string) => void])[] = [
  [
    "a URI",
    ["", "sip:", "sips:a@", "sip:a@h;", "sip:a@h?", "sip:a:", "tel:", "tel:+1;", "sip:[", "urn:"],
    (text) => {
      const uri = parseSipUri(text);
      if (uri !== undefined) uriParameter(uri, "transport");
    },
  ],
  ["a name-addr", ["", '"', "<", "a <sip:b>", "a;"], (text) => void parseNameAddr(text)],
  [
    "a Via",
    ["", "SIP/2.0/UDP ", "SIP/2.0/UDP h:", "SIP/2.0/UDP h;", "SIP/2.0/UDP h;rport;received="],
    (text) => {
      const via = parseVia(text);
      if (via !== undefined) stampVia(text, via, "192.0.2.1", 5060);
    },
  ],
  [
    "a number",
    ["", "+", "+1", "1;phone-context="],
    (text) => {
      readSubscriber(text);
      readDialled(text, { emergencyNumbers: ["911"], closedPrefixes: ["+1900"] });
      toE164(text);
    },
  ],
  ["a host", ["", "[", "a:", "a."], (text) => void parseHostPort(text)],
];
for (const [what, heads, read] of readers) {
  test(`${what} costs no more than linear time, whatever run of characters it has`, () => {
    for (const head of heads) {
      for (const sign of signs) {
        for (const end of ["", "@h>"]) {
          const build = (bytes: number) => head + sign.repeat(Math.ceil(bytes / sign.length)) + end;
          assertLinear(`${head}${JSON.stringify(sign)}${end}`, build, read, 65_535);
        }
      }
    }
  });
}
