import assert from "node:assert/strict";
import { fingerprintOf, isIntact, readStun, STUN_HEADER_BYTES } from "../../../src/media/ice/stun-message.ts";
import { createDigitReceiver } from "../../../src/media/node/keys/digit-receiver.ts";
import { createHeardPacket } from "../../../src/media/stream/heard-packet.ts";
import { createSrtpReceiver } from "../../../src/media/srtp/srtp-receiver.ts";
import { createSrtpSender, MOST_SRTP_OVERHEAD_BYTES } from "../../../src/media/srtp/srtp-sender.ts";
import { rtpPayloadStart } from "../../../src/media/srtp/rtp-parts.ts";
import { readAudioLevel } from "../../../src/media/stream/audio-level.ts";
import { findElement } from "../../../src/media/stream/header-extension.ts";
import { findPayload, readUint16 } from "../../../src/media/stream/packet.ts";
import { decodeReport, encodeReport } from "../../../src/media/stream/rtcp/rtcp.ts";
import { answerStun, isStun } from "../../../src/sip/transport/stun.ts";
import type { FuzzTarget } from "../target.ts";

const hex = (...parts: readonly string[]) => Buffer.from(parts.join(""), "hex");
const longestDatagram = 1_500;

/* RFC 5769 §2.1, §2.2 */
const transaction = "b7e7a701bc34d686fa87dfae";
const stunRequest = hex(
  ...[`000100582112a442${transaction}`, "802200105354554e207465737420636c69656e74", "002400046e0001ff"],
  ...["80290008932ff9b151263b36", "000600096576746a3a68367659202020"],
  ...["000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2", "80280004e57a3bcf"],
);
const stunResponse = hex(
  ...[`0101003c2112a442${transaction}`, "8022000b7465737420766563746f7220", "002000080001a147e112a643"],
  ...["000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7", "80280004c07d4c96"],
);
const keepAlive = hex("000100002112a442", transaction);

const head = hex("800000010000000200000003");
const extended = Buffer.concat([
  hex("9265000a000000a0000000030000000400000005", "bede0002", "10ff220102030000"),
  Buffer.alloc(160, 0xd5),
]);
const audio = Buffer.concat([head, Buffer.alloc(160, 0xff)]);

const block = {
  ssrc: 9,
  fractionLost: 1,
  packetsLost: 5,
  highestSequence: 70_000,
  jitterTicks: 8,
  lastSenderReport: 1,
  delaySinceLastSenderReport: 2,
};
const sender = { ntpSeconds: 3_900_000_000, ntpFraction: 1, timestampTicks: 160, packetCount: 50, octetCount: 8_000 };
const report = Buffer.from(encodeReport({ ssrc: 7, cname: "a@b", sender, block, bye: true }));

/** RFC 3711 appendix B.3 */
const srtpKeys = {
  profile: "AES_CM_128_HMAC_SHA1_80",
  masterKey: hex("e1f97a0d3e018be0d64fa32c06de4139"),
  masterSalt: hex("0ec675ad498afeebb6960b3aabe6"),
} as const;

function protectedPacket(packet: Uint8Array, kind: "protectRtp" | "protectRtcp"): Buffer {
  const memory = Buffer.alloc(packet.length + MOST_SRTP_OVERHEAD_BYTES);
  memory.set(packet);
  const length = createSrtpSender(srtpKeys)[kind](memory, packet.length);
  return memory.subarray(0, Number(length));
}
const genuine = [protectedPacket(audio, "protectRtp"), protectedPacket(report, "protectRtcp")];
const receiver = createSrtpReceiver(srtpKeys);

/** Key presses as packets of 11 bytes: a step in time, the marker, SSRC, sequence, timestamp, then the event. */
const pressBytes = 11;
const press = (sequence: number, isEnd: boolean, duration: number) =>
  Buffer.from([
    1,
    sequence === 1 ? 1 : 0,
    7,
    0,
    sequence,
    0,
    100,
    5,
    isEnd ? 0x8a : 0x0a,
    duration >> 8,
    duration & 0xff,
  ]);

export const packets: readonly FuzzTarget[] = [
  {
    name: "rtp",
    seeds: [
      head,
      audio,
      extended,
      hex("a00000010000000200000003", "09000002"),
      hex("900000010000000200000003", "10000001", "01010203"),
    ],
    words: ["\xbe\xde", "\x10\x00", "\x80\x00", "\x00\x01", "\xff\xff"],
    take(packet) {
      const bounds = { extension: 0, start: 0, end: 0 };
      rtpPayloadStart(packet, packet.length);
      if (!findPayload(packet, bounds)) return;
      assert.ok(bounds.start >= 12 && bounds.start <= bounds.end && bounds.end <= packet.length);
      for (let id = 0; id < 16; id++) {
        const level = readAudioLevel(packet, bounds, id);
        assert.ok(level >= -1 && level <= 127, String(level));
        const at = findElement(packet, bounds, id, 3);
        assert.ok(at < 0 || (at >= 12 && at + 3 <= bounds.start));
      }
    },
  },
  {
    name: "rtcp",
    seeds: [report, Buffer.concat([report, report]), hex("81cd0003000000070000000900010002"), hex("80cb0000")],
    words: ["\x80\xc8\x00\x06", "\x81\xc9\x00\x07", "\x81\xca", "\x81\xcb\x00\x01", "\x8f\xcd"],
    take(bytes) {
      const read = decodeReport(bytes);
      if (read === undefined) return;
      assert.ok(read.blocks.length * 24 <= bytes.length && read.ssrc >= 0);
    },
  },
  {
    name: "telephone-event",
    seeds: [
      Buffer.concat([press(1, false, 160), press(2, false, 320), press(3, true, 480), press(4, true, 480)]),
      Buffer.concat([press(1, false, 65_535), press(2, false, 160), press(3, true, 320)]),
    ],
    words: ["\x8a\x00\xa0", "\x0a\xff\xff", "\xff"],
    take(bytes) {
      const state = { isDown: false };
      const keys = createDigitReceiver({
        begins(digit, ticks) {
          assert.ok(!state.isDown && /^[0-9*#A-D]$/.test(digit) && ticks >= 0);
          state.isDown = true;
        },
        goesOn: (ticks) => assert.ok(state.isDown && ticks > 0),
        ended(digit, ticks) {
          assert.ok(state.isDown && digit !== "" && Number.isSafeInteger(ticks));
          state.isDown = false;
        },
      });
      let nowMs = 0;
      for (let at = 0; at + 7 <= bytes.length; at += pressBytes) {
        nowMs += bytes[at] ?? 0;
        keys.tick(nowMs);
        const heard = createHeardPacket();
        Object.assign(heard, { bytes, kind: "event", start: at + 7, end: Math.min(bytes.length, at + pressBytes) });
        Object.assign(heard, { isMarked: ((bytes[at + 1] ?? 0) & 1) === 1, ssrc: bytes[at + 2] });
        Object.assign(heard, { sequence: readUint16(bytes, at + 3), timestampTicks: readUint16(bytes, at + 5) * 160 });
        keys.packet(heard, nowMs);
      }
      keys.tick(nowMs + 60_000);
      assert.equal(state.isDown, false, "each press ends");
    },
  },
  {
    name: "srtp",
    mostBytes: longestDatagram,
    seeds: [...genuine, audio, report],
    words: ["\x80\x00", "\x80\xc8", "\x80\x00\x00\x01"],
    take(bytes) {
      const isGenuine = genuine.some((one) => one.equals(bytes));
      for (const kind of ["openRtp", "openRtcp"] as const) {
        const memory = Buffer.from(bytes);
        const opened = receiver[kind](memory, memory.length);
        if (!isGenuine) assert.equal(typeof opened, "string", "nothing is let through that has no right tag");
      }
      assert.ok(receiver.highest().size <= genuine.length, "strangers take no memory");
    },
  },
  {
    name: "stun",
    mostBytes: 2_000,
    seeds: [stunRequest, stunResponse, keepAlive],
    words: [
      "\x00\x06",
      "\x00\x08\x00\x14",
      "\x80\x28\x00\x04",
      "\x00\x20",
      "\x00\x25\x00\x00",
      "\x80\x29\x00\x08",
      "\x7f\x01\x00\x00",
    ],
    take(bytes) {
      const datagram = withFingerprint(bytes);
      const message = readStun(datagram);
      if (message !== undefined) {
        assert.ok(message.unknownAttributes.length <= 8 && (message.username ?? "").length <= 513);
        assert.equal(isIntact(message, "another"), false);
      }
      if (!isStun(bytes)) return;
      for (const host of ["192.0.2.9", "2001:db8::9"]) {
        const answer = answerStun(bytes, host, 5060);
        assert.ok(answer === undefined || answer.length <= bytes.length + 24, "an answer is no reflector");
      }
    },
  },
];

/** With its length and its fingerprint made right, which no chance finds. */
function withFingerprint(bytes: Buffer): Buffer {
  if (bytes.length < STUN_HEADER_BYTES + 8 || bytes.length % 4 !== 0 || ((bytes[1] ?? 0) & 0x20) !== 0) return bytes;
  const made = Buffer.from(bytes);
  made.writeUInt16BE(made.length - STUN_HEADER_BYTES, 2);
  made.writeUInt32BE(0x8028_0004, made.length - 8);
  made.writeUInt32BE(fingerprintOf(made, made.length - 8), made.length - 4);
  return made;
}
