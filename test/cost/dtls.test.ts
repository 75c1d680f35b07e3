import { test } from "node:test";
import { readFingerprint } from "../../src/media/dtls/certificate.ts";
import { agree, readClientHello } from "../../src/media/dtls/client-hello.ts";
import { printFragment, readFragments } from "../../src/media/dtls/handshake-message.ts";
import { Reassembly } from "../../src/media/dtls/reassembly.ts";
import { printRecord, readRecords } from "../../src/media/dtls/record.ts";
import { plainHello, printHello } from "../webrtc/client-hello.ts";
import { assertLinear } from "./growth.ts";

/** So many pieces of the same kind as fit. */
const rowOf = (piece: Buffer) => (bytes: number) =>
  Buffer.concat(Array.from({ length: Math.ceil(bytes / piece.length) }, () => piece));

test("datagrams and records of DTLS cost no more than linear time", () => {
  for (const length of [0, 1, 100]) {
    assertLinear(`records of ${length}`, rowOf(printRecord(22, 0, 1, Buffer.alloc(length))), readRecords);
    const piece = { type: 1, sequence: 0, length, offset: 0, body: Buffer.alloc(length) };
    assertLinear(`pieces of ${length}`, rowOf(printFragment(piece)), readFragments);
  }
});

test("pieces of a message, the last one first, are put together in linear time", () => {
  assertLinear(
    "pieces",
    (bytes) => Buffer.alloc(bytes),
    (body) => {
      const reassembly = new Reassembly();
      for (let offset = body.length - 1; offset >= 0; offset--) {
        const piece = body.subarray(offset, offset + 1);
        reassembly.add({ type: 1, sequence: 0, length: body.length, offset, body: piece });
      }
    },
    8_000,
  );
});

test("a ClientHello costs no more than linear time", () => {
  const plain = plainHello();
  const random = Buffer.alloc(32);
  const read = (body: Buffer) => {
    const hello = readClientHello(body);
    if (hello !== undefined) agree(hello);
  };
  const suites = (bytes: number) => ({ ...plain, cipherSuites: Array.from({ length: bytes / 2 }, () => 0x1301) });
  assertLinear("suites", (bytes) => printHello(suites(bytes), random, Buffer.alloc(0)), read, 60_000);
  const extensions = (bytes: number) => ({
    ...plain,
    extensions: Array.from({ length: bytes / 4 }, (_, type) => [type, Buffer.alloc(0)] as const),
  });
  assertLinear("extensions", (bytes) => printHello(extensions(bytes), random, Buffer.alloc(0)), read, 60_000);
});

test("a fingerprint costs no more than linear time", () => {
  for (const unit of [" ", "A", "AA:", "sha-256 "]) {
    assertLinear(unit, (bytes) => unit.repeat(bytes / unit.length), readFingerprint);
    assertLinear(unit, (bytes) => `sha-256 ${unit.repeat(bytes / unit.length)}`, readFingerprint);
  }
});
