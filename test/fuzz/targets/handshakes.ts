import assert from "node:assert/strict";
import { createCertificate, readFingerprint } from "../../../src/media/dtls/certificate.ts";
import { agree, readClientHello, readHelloStart } from "../../../src/media/dtls/client-hello.ts";
import { readClientKey, readClientKeyExchange } from "../../../src/media/dtls/client-messages.ts";
import { printFragment, readFragments } from "../../../src/media/dtls/handshake-message.ts";
import { Reassembly } from "../../../src/media/dtls/reassembly.ts";
import { printRecord, readRecords } from "../../../src/media/dtls/record.ts";
import { browserHello, plainHello, printHello } from "../../webrtc/client-hello.ts";
import type { FuzzTarget } from "../target.ts";

const random = Buffer.alloc(32, 3);
const plain = printHello(plainHello(), random, Buffer.alloc(0));
const pieceOf = (body: Buffer, sequence: number) =>
  printFragment({ type: 1, sequence, length: body.length, offset: 0, body });
const { fingerprint } = createCertificate(0);

export const handshakes: readonly FuzzTarget[] = [
  {
    name: "dtls-records",
    seeds: [
      printRecord(22, 0, 0, pieceOf(plain, 0)),
      Buffer.concat([
        printRecord(22, 0, 1, pieceOf(Buffer.alloc(4), 1)),
        printRecord(20, 0, 2, Buffer.from([1])),
        printRecord(21, 1, 0, Buffer.alloc(10)),
      ]),
    ],
    words: ["\x16\xfe\xfd\x00\x00", "\x14\xfe\xfd", "\x15\xfe\xfd", "\x01\x00\x00", "\xff\xff\xff", "\x00\x00\x00"],
    take(datagram) {
      const { records } = readRecords(datagram);
      const bytes = records.reduce((sum, { fragment }) => sum + 13 + fragment.length, 0);
      assert.ok(bytes <= datagram.length, "records lie within what came");
      const reassembly = new Reassembly();
      for (const { fragment } of records) {
        for (const piece of readFragments(fragment) ?? []) {
          assert.ok(piece.offset + piece.body.length <= piece.length);
          readHelloStart(piece.body);
          if (piece.length <= 16_384) reassembly.add(piece);
        }
      }
    },
  },
  {
    name: "dtls-messages",
    seeds: [
      plain,
      printHello(browserHello(), random, Buffer.alloc(20, 5)),
      Buffer.from([32, ...Buffer.alloc(32, 9)]),
      Buffer.alloc(3),
    ],
    words: ["\xfe\xfd", "\xc0\x2b", "\x00\x17\x00\x00", "\x00\x0e", "\x00\x0a", "\x00\x0d", "\x00\x01", "\xff\xff"],
    take(bytes) {
      const hello = readClientHello(bytes);
      if (hello !== undefined) agree(hello);
      readClientKeyExchange(bytes);
      readClientKey(bytes, fingerprint);
    },
  },
  {
    name: "dtls-fingerprint",
    seeds: [fingerprint, fingerprint.replace("sha-256", "SHA-512"), "sha-256"],
    words: ["sha-256 ", ":", "AA", "aa", " ", "\t", "sha-1 "],
    take(bytes) {
      readFingerprint(bytes.toString("utf8"));
    },
  },
];
