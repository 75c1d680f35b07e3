import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { test } from "node:test";
import { fuzzTest } from "../../testing/internal/fuzz.ts";
import { createRandom } from "../../testing/internal/random.ts";
import { MOST_SOURCES } from "./crypto-context.ts";
import { HmacSha1 } from "./hmac-sha1.ts";
import { createBlockCipher, KeyStream } from "./key-stream.ts";
import { WINDOW_PACKETS } from "./replay-window.ts";
import { derive, deriveSessionKeys } from "./session-keys.ts";
import { createSrtpReceiver } from "./srtp-receiver.ts";
import { createSrtpSender, MOST_SRTP_OVERHEAD_BYTES } from "./srtp-sender.ts";
import type { SrtpKeys, SrtpProfile } from "./profile.ts";

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
/** RFC 3711 appendix B.3 */
const master = {
  masterKey: bytesOf("e1f97a0d3e018be0d64fa32c06de4139"),
  masterSalt: bytesOf("0ec675ad498afeebb6960b3aabe6"),
};
const keysOf = (profile: SrtpProfile): SrtpKeys => ({ profile, ...master });
const long = keysOf("AES_CM_128_HMAC_SHA1_80");

/** A packet, in memory with room for its tag. */
function withRoom(packet: Uint8Array): Uint8Array {
  const memory = new Uint8Array(packet.length + MOST_SRTP_OVERHEAD_BYTES);
  memory.set(packet);
  return memory;
}

function rtp(sequence: number, { ssrc = 0xcafebabe, payload = 20, fill = 0xab } = {}): Uint8Array {
  const packet = new Uint8Array(12 + payload).fill(fill, 12);
  const view = new DataView(packet.buffer);
  view.setUint16(0, 0x806f);
  view.setUint16(2, sequence & 0xffff);
  view.setUint32(4, sequence * 960);
  view.setUint32(8, ssrc);
  return packet;
}

/** What leaves, or why it does not. */
function protect(sender: ReturnType<typeof createSrtpSender>, packet: Uint8Array, kind: "Rtp" | "Rtcp" = "Rtp") {
  const memory = withRoom(packet);
  const length = sender[`protect${kind}`](memory, packet.length);
  return typeof length === "string" ? length : memory.slice(0, length);
}

function mustProtect(sender: ReturnType<typeof createSrtpSender>, packet: Uint8Array, kind: "Rtp" | "Rtcp" = "Rtp") {
  const made = protect(sender, packet, kind);
  assert.ok(typeof made !== "string", String(made));
  return made;
}

/** What comes out of a copy, or why nothing does. */
function open(receiver: ReturnType<typeof createSrtpReceiver>, packet: Uint8Array, kind: "Rtp" | "Rtcp" = "Rtp") {
  const memory = packet.slice();
  const length = receiver[`open${kind}`](memory, memory.length);
  return typeof length === "string" ? length : memory.slice(0, length);
}

test("session keys are those of RFC 3711 appendix B.3", () => {
  const { cipherKey, salt, authenticationKey } = deriveSessionKeys(long, "rtp");

  assert.equal(hexOf(cipherKey), "c61e7a93744f39ee10734afe3ff7a087");
  assert.equal(hexOf(salt), "30cbbc08863d8c85d49db34a9ae1");
  assert.equal(hexOf(authenticationKey), "cebe321f6ff7716b6fd4ab49af256a156d38baa4");
  assert.equal(
    hexOf(derive(master, 1, 94)),
    "cebe321f6ff7716b6fd4ab49af256a156d38baa48f0a0acf3c34e2359e6cdbcee049646c43d9327ad175578ef72270986371c10c" +
      "9a369ac2f94a8c5fbcdddc256d6e919a48b610ef17c2041e474035766b68642c59bbfc2f34db60dbdfb2",
  );
  assert.notDeepEqual(deriveSessionKeys(long, "rtcp").cipherKey, cipherKey);
  assert.throws(() => deriveSessionKeys({ ...long, masterKey: new Uint8Array(15) }, "rtp"), RangeError);
});

test("the key stream is that of RFC 3711 appendix B.2, to its last block", () => {
  const cipher = createBlockCipher(bytesOf("2b7e151628aed2a6abf7158809cf4f3c"));
  const stream = new KeyStream(cipher, bytesOf("f0f1f2f3f4f5f6f7f8f9fafbfcfd"), 0);
  const memory = new Uint8Array(0xff02 * 16);
  stream.apply(memory, 0, memory.length, 0);
  const block = (number: number) => hexOf(memory.subarray(number * 16, number * 16 + 16));

  assert.deepEqual([0, 1, 2, 0xfeff, 0xff00, 0xff01].map(block), [
    "e03ead0935c95e80e166b16dd92b4eb4",
    "d23513162b02d0f72a43a2fe4a5f97ab",
    "41e95b3bb0a2e8dd477901e4fca894c0",
    "ec8cdf7398607cb0f2d21675ea9ea1e4",
    "362b7c3c6773516318a077d7fc5073ae",
    "6a2cc3787889374fbeb4c81b17ba6c44",
  ]);
});

test("the key stream of a packet is the same, whichever packets came before it", () => {
  const cipher = createBlockCipher(master.masterKey);
  const random = createRandom(7);
  const make = () => new KeyStream(cipher, master.masterSalt, 0x1234_5678);
  const used = make();
  for (let count = 0; count < 600; count++) {
    const index = Math.floor(random() * 40) + Math.floor(random() * 3) * 0xffff_fff0;
    const length = Math.floor(random() * (count % 10 === 0 ? 1400 : 200));
    const [one, other] = [new Uint8Array(length), new Uint8Array(length)];
    used.apply(one, 3, length, index);
    make().apply(other, 3, length, index);
    assert.deepEqual(one, other, `${index}, ${length} bytes`);
  }
});

test("the tag is that of the system's HMAC-SHA1, for every length", () => {
  const key = randomBytes(20);
  const hmac = new HmacSha1(key);
  for (let length = 0; length <= 300; length++) {
    const bytes = randomBytes(300);
    const expected = createHmac("sha1", key).update(bytes.subarray(0, length)).digest("hex");
    assert.equal(hexOf(hmac.compute(bytes, length)), expected, String(length));
  }
});

test("packets become those that libsrtp makes of them", () => {
  const sender = createSrtpSender(long);
  const audio = bytesOf(`800f1234decafbadcafebabe${"ab".repeat(16)}`);
  const report = bytesOf(`81c8000bcafebabe${"ab".repeat(16)}`);

  assert.equal(
    hexOf(mustProtect(sender, audio)),
    "800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb",
  );
  // libsrtp begins to count at 1.
  mustProtect(sender, report, "Rtcp");
  assert.equal(
    hexOf(mustProtect(sender, report, "Rtcp")),
    "81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798",
  );
});

for (const [profile, tagBytes] of [
  ["AES_CM_128_HMAC_SHA1_80", 10],
  ["AES_CM_128_HMAC_SHA1_32", 4],
] as const) {
  test(`what ${profile} protects is opened again, with contributing sources, extension and padding`, () => {
    const sender = createSrtpSender(keysOf(profile));
    const receiver = createSrtpReceiver(keysOf(profile));
    for (let sequence = 0; sequence < 300; sequence++) {
      const packet = rtp(sequence, { payload: sequence, fill: sequence & 0xff });
      if (sequence > 40) packet[0] = 0xb2;
      if (sequence > 40) packet.set([0xbe, 0xde, 0, 1, 0x10, 0x85, 0, 0], 20);
      const made = mustProtect(sender, packet);
      assert.equal(made.length, packet.length + tagBytes);
      const readable = sequence > 40 ? 28 : 12;
      assert.deepEqual(made.subarray(0, readable), packet.subarray(0, readable));
      assert.deepEqual(open(receiver, made), packet);
    }
    const report = bytesOf(`81c8000bcafebabe${"cd".repeat(20)}`);
    const made = mustProtect(sender, report, "Rtcp");
    assert.equal(made.length, report.length + 4 + 10);
    assert.deepEqual(open(receiver, made, "Rtcp"), report);
  });
}

test("numbers go over the end of 16 bits, with packets that overtake each other and are lost there", () => {
  const sender = createSrtpSender(long);
  const receiver = createSrtpReceiver(long);
  const made = Array.from({ length: 3 * 0x1_0000 }, (_, count) => count)
    .filter((number) => (number & 0xffff) < 70 || (number & 0xffff) > 0xffff - 70 || number % 5000 === 0)
    .map((number) => ({ number, bytes: mustProtect(sender, rtp(number)) }));
  for (let place = 0; place + 1 < made.length; place += 2) {
    const [one, other] = [made[place]!, made[place + 1]!];
    assert.deepEqual(open(receiver, other.bytes), rtp(other.number));
    if (other.number - one.number === 1 && one.number % 14 !== 0) {
      assert.deepEqual(open(receiver, one.bytes), rtp(one.number), String(one.number));
    }
  }
});

test("a packet is let through once, in its window, and behind it not at all", () => {
  const sender = createSrtpSender(long);
  const receiver = createSrtpReceiver(long);
  const made = Array.from({ length: 1000 }, (_, number) => mustProtect(sender, rtp(number)));
  const newest = 600;
  open(receiver, made[newest]!);

  assert.equal(open(receiver, made[newest]!), "replayed");
  assert.deepEqual(open(receiver, made[newest - WINDOW_PACKETS + 1]!), rtp(newest - WINDOW_PACKETS + 1));
  assert.equal(open(receiver, made[newest - WINDOW_PACKETS + 1]!), "replayed");
  assert.equal(open(receiver, made[newest - WINDOW_PACKETS]!), "too-old");
  assert.deepEqual(open(receiver, made[newest + 1]!), rtp(newest + 1));
  assert.equal(open(receiver, made[newest - WINDOW_PACKETS + 1]!), "too-old");
  assert.ok(WINDOW_PACKETS >= 64);
});

test("a window knows what came, whatever order packets come in", () => {
  const random = createRandom(11);
  const sender = createSrtpSender(long);
  const receiver = createSrtpReceiver(long);
  const seen = new Set<number>();
  const made = Array.from({ length: 2000 }, (_, number) => mustProtect(sender, rtp(number, { payload: 3 })));
  let highest = -1;
  for (let count = 0; count < 6_000; count++) {
    const number = Math.min(1999, Math.max(0, Math.floor(count / 3 + random() * 600 - 300)));
    const opened = open(receiver, made[number]!);
    const expected =
      number > highest || (number > highest - WINDOW_PACKETS && !seen.has(number))
        ? "opened"
        : number > highest - WINDOW_PACKETS
          ? "replayed"
          : "too-old";
    assert.equal(typeof opened === "string" ? opened : "opened", expected, `${number} of ${highest}`);
    seen.add(number);
    highest = Math.max(highest, number);
  }
});

test("reports are let through once", () => {
  const sender = createSrtpSender(long);
  const receiver = createSrtpReceiver(long);
  const report = bytesOf(`81c8000bcafebabe${"cd".repeat(20)}`);
  const [first, second] = [mustProtect(sender, report, "Rtcp"), mustProtect(sender, report, "Rtcp")];

  assert.notDeepEqual(first, second);
  assert.deepEqual(open(receiver, second, "Rtcp"), report);
  assert.deepEqual(open(receiver, first, "Rtcp"), report);
  assert.equal(open(receiver, first, "Rtcp"), "replayed");
});

test("whichever bit is changed, a packet is not let through, and the stream goes on", () => {
  const sender = createSrtpSender(long);
  const receiver = createSrtpReceiver(long);
  open(receiver, mustProtect(sender, rtp(1)));
  const whole = mustProtect(sender, rtp(2));
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const changed = whole.slice();
    changed[bit >> 3] = changed[bit >> 3]! ^ (1 << (bit & 7));
    assert.equal(typeof open(receiver, changed), "string", `bit ${bit}`);
  }
  assert.deepEqual(open(receiver, whole), rtp(2));
  assert.equal(open(createSrtpReceiver({ ...long, masterKey: new Uint8Array(16) }), whole), "not-authentic");
});

test("what is too short or of another protocol is refused as such", () => {
  const sender = createSrtpSender(long);
  const receiver = createSrtpReceiver(long);
  const whole = mustProtect(sender, rtp(2, { payload: 0 }));
  for (let length = 0; length < 22; length++) assert.equal(open(receiver, whole.slice(0, length)), "malformed");
  for (let length = 0; length < 22; length++) assert.equal(open(receiver, whole.slice(0, length), "Rtcp"), "malformed");
  assert.equal(protect(sender, Uint8Array.of(0x80, 0, 0)), "malformed");
  assert.equal(protect(sender, new Uint8Array(40)), "malformed");
  assert.equal(protect(sender, new Uint8Array(40), "Rtcp"), "malformed");
  // Four contributing sources, and an extension of 1,000 words, that are not there.
  const cut = [Object.assign(rtp(4, { payload: 4 }), [0x84]), Object.assign(rtp(4, { payload: 8 }), [0x90])];
  cut[1]?.set([0xbe, 0xde, 3, 0xe8], 12);
  for (const packet of [...cut, Object.assign(rtp(4, { payload: 2 }), [0x90])]) {
    assert.equal(protect(sender, packet), "malformed");
  }
  assert.throws(() => sender.protectRtp(rtp(3), 32), RangeError);
  assert.throws(() => sender.protectRtcp(rtp(3), 32), RangeError);
});

test("a sender never uses the key stream of a number twice", () => {
  const sender = createSrtpSender(long);
  const receiver = createSrtpReceiver(long);
  const early = mustProtect(sender, rtp(10));
  const later = mustProtect(sender, rtp(12));

  assert.equal(protect(sender, rtp(10, { fill: 1 })), "replayed");
  assert.deepEqual(open(receiver, later), rtp(12));
  assert.deepEqual(open(receiver, mustProtect(sender, rtp(11))), rtp(11));
  assert.deepEqual(open(receiver, early), rtp(10));
});

test("sources under one key are apart, and only so many are kept", () => {
  const sender = createSrtpSender(long);
  const receiver = createSrtpReceiver(long);
  const packets = Array.from({ length: MOST_SOURCES }, (_, ssrc) => rtp(5, { ssrc: ssrc + 1 }));
  const made = packets.map((packet) => mustProtect(sender, packet));

  assert.deepEqual(
    made.map((packet) => open(receiver, packet)),
    packets,
  );
  assert.equal(protect(sender, rtp(5, { ssrc: 0xffff_ffff })), "too-many-sources");
  assert.equal(open(receiver, mustProtect(createSrtpSender(long), rtp(5, { ssrc: 0xffff_ffff }))), "too-many-sources");
  assert.equal(open(receiver, made[3]!), "replayed");
});

test("strangers take no place of a source", () => {
  const receiver = createSrtpReceiver(long);
  for (let ssrc = 0; ssrc < 100; ssrc++) {
    const forged = new Uint8Array(60);
    forged.set(rtp(1, { ssrc }));
    assert.equal(open(receiver, forged), "not-authentic");
  }
  assert.deepEqual(open(receiver, mustProtect(createSrtpSender(long), rtp(1))), rtp(1));
});

// Acceptance: 29
fuzzTest("whatever bytes come, they are refused with a cause, and what is authentic is opened", 3_000, () => {
  const receiver = createSrtpReceiver(long);
  const sender = createSrtpSender(long);
  const whole = [mustProtect(sender, rtp(1)), mustProtect(sender, rtp(2, { payload: 160 }))];
  let number = 3;
  return (random, round) => {
    const made = whole[round % 2]!;
    const length = Math.floor(random() * (made.length + 4));
    const bytes = Uint8Array.from({ length }, (_, at) =>
      random() < 0.9 ? (made[at] ?? 0) : Math.floor(random() * 256),
    );
    const isWhole = whole.some((one) => Buffer.compare(one, bytes) === 0);
    for (const kind of ["Rtp", "Rtcp"] as const) {
      if (!isWhole) assert.equal(typeof open(receiver, bytes, kind), "string");
    }
    if (round % 100 !== 0) return;
    const packet = rtp(number++ & 0xffff);
    assert.deepEqual(open(receiver, mustProtect(sender, packet)), packet);
  };
});
