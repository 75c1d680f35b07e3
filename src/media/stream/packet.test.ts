import assert from "node:assert/strict";
import { test } from "node:test";
import { findPayload, stampHeader, writeHeader } from "./packet.ts";

const bytes = (...parts: (number | number[])[]) => Uint8Array.from(parts.flat());
const head = (first: number, type = 0) => [first, type, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3];
const boundsOf = (packet: Uint8Array) => {
  const bounds = { extension: 0, start: 0, end: 0 };
  return findPayload(packet, bounds) ? bounds : undefined;
};

test("writes the fixed header in network order (RFC 3550 §5.1)", () => {
  const packet = new Uint8Array(12);

  writeHeader(packet, 101, 0xdeadbeef);
  stampHeader(packet, true, 101, 0xfffe, 0x8000_0001);

  assert.equal(Buffer.from(packet).toString("hex"), "80e5fffe80000001deadbeef");
});

for (const [what, packet, bounds] of [
  ["a plain packet", bytes(head(0x80), 9, 9), { extension: 0, start: 12, end: 14 }],
  ["an empty packet", bytes(head(0x80)), { extension: 0, start: 12, end: 12 }],
  ["contributing sources", bytes(head(0x82), [1, 1, 1, 1, 2, 2, 2, 2], 9), { extension: 0, start: 20, end: 21 }],
  ["an extension", bytes(head(0x90), [0xbe, 0xde, 0, 1, 5, 5, 5, 5], 9), { extension: 16, start: 20, end: 21 }],
  ["padding", bytes(head(0xa0), 9, 0, 2), { extension: 0, start: 12, end: 13 }],
  ["version 1", bytes(head(0x40), 9), undefined],
  ["a short header", bytes(head(0x80)).subarray(0, 11), undefined],
  ["an extension beyond the end", bytes(head(0x90), [0, 0, 0, 9]), undefined],
  ["sources beyond the end", bytes(head(0x8f), 9), undefined],
  ["padding longer than the payload", bytes(head(0xa0), 9, 9), undefined],
  ["padding of zero", bytes(head(0xa0), 9, 0), undefined],
] as const) {
  test(`finds the payload of ${what}`, () => assert.deepEqual(boundsOf(packet), bounds));
}
