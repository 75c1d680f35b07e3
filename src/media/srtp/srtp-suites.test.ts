import assert from "node:assert/strict";
import { test } from "node:test";
import { createGcmProtection } from "./gcm-protection.ts";
import { createBlockCipher, KeyStream } from "./key-stream.ts";
import { splitKeyAndSalt, srtpProfiles, type SrtpKeys, type SrtpProfile } from "./profile.ts";
import { deriveSessionKeys } from "./session-keys.ts";
import { createSrtpReceiver, type SrtpReceiver } from "./srtp-receiver.ts";
import { createSrtpSender, MOST_SRTP_OVERHEAD_BYTES, type SrtpSender } from "./srtp-sender.ts";

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const profiles = Object.keys(srtpProfiles) as SrtpProfile[];

function keysOf(profile: SrtpProfile, seed = 1): SrtpKeys {
  const { keyBytes, saltBytes } = srtpProfiles[profile];
  return splitKeyAndSalt(
    profile,
    Uint8Array.from({ length: keyBytes + saltBytes }, (_, at) => at * 7 + seed),
  );
}

function rtp(sequence: number, { ssrc = 0xcafebabe, payload = 20, fill = 0xab } = {}): Uint8Array {
  const packet = new Uint8Array(12 + payload).fill(fill, 12);
  const view = new DataView(packet.buffer);
  view.setUint16(0, 0x8000);
  view.setUint16(2, sequence & 0xffff);
  view.setUint32(4, (sequence * 160) >>> 0);
  view.setUint32(8, ssrc);
  return packet;
}

function protect(sender: SrtpSender, packet: Uint8Array, kind: "Rtp" | "Rtcp" = "Rtp"): Uint8Array {
  const memory = new Uint8Array(packet.length + MOST_SRTP_OVERHEAD_BYTES);
  memory.set(packet);
  const length = sender[`protect${kind}`](memory, packet.length);
  assert.ok(typeof length === "number", String(length));
  return memory.slice(0, length);
}

function open(receiver: SrtpReceiver, packet: Uint8Array, kind: "Rtp" | "Rtcp" = "Rtp") {
  const memory = packet.slice();
  const length = receiver[`open${kind}`](memory, memory.length);
  return typeof length === "string" ? length : memory.slice(0, length);
}

test("session keys of 256 bits are those of RFC 6188 §7.2", () => {
  const master = {
    masterKey: bytesOf("f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6"),
    masterSalt: bytesOf("3b04803de51ee7c96423ab5b78d2"),
  };
  const { cipherKey, salt, authenticationKey } = deriveSessionKeys(
    { profile: "AES_256_CM_HMAC_SHA1_80", ...master },
    "rtp",
  );

  assert.equal(hexOf(cipherKey), "5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4");
  assert.equal(hexOf(salt), "fa31791685ca444a9e07c6c64e93");
  assert.equal(hexOf(authenticationKey), "fd9c32d39ed5fbb5a9dc96b30818454d1313dc05");
});

test("session keys of 192 bits are those of RFC 6188 §7.4", () => {
  const { cipherKey, salt, authenticationKey } = deriveSessionKeys(
    {
      profile: "AES_192_CM_HMAC_SHA1_80",
      masterKey: bytesOf("73edc66c4fa15776fb57f9505c17136550ffda71f3e8e5f1"),
      masterSalt: bytesOf("c8522f3acd4ce86d5add78edbb11"),
    },
    "rtp",
  );

  assert.equal(hexOf(cipherKey), "31874736a8f1143870c26e4857d8a5b2c4a354407faadabb");
  assert.equal(hexOf(salt), "2372b82d639b6d8503a47adc0a6c");
  assert.equal(hexOf(authenticationKey), "355b10973cd95b9eacf4061c7e1a7151e7cfbfcb");
});

test("the key stream of 256 bits is that of RFC 6188 §7.1, to its last block", () => {
  const cipher = createBlockCipher(bytesOf("57f82fe3613fd170a85ec93c40b1f0922ec4cb0dc025b58272147cc438944a98"));
  const stream = new KeyStream(cipher, bytesOf("f0f1f2f3f4f5f6f7f8f9fafbfcfd"), 0);
  const memory = new Uint8Array(0xff02 * 16);
  stream.apply(memory, 0, memory.length, 0);

  assert.deepEqual(
    [0, 1, 2, 0xfeff, 0xff00, 0xff01].map((number) => hexOf(memory.subarray(number * 16, number * 16 + 16))),
    [
      "92bdd28a93c3f52511c677d08b5515a4",
      "9da71b2378a854f67050756ded165bac",
      "63c4868b7096d88421b563b8c94c9a31",
      "cea518c90fd91ced9cbb18c078a54711",
      "3dbc4814f4da5f00a08772b63c6a046d",
      "6eb246913062a16891433e97dd01a57f",
    ],
  );
});

/* RFC 7714 §16 and §17: key and salt of a session, so that nothing is derived. */
const gcmKeys = {
  AEAD_AES_128_GCM: bytesOf("000102030405060708090a0b0c0d0e0f"),
  AEAD_AES_256_GCM: bytesOf("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"),
};
const gcmSalt = bytesOf("517569642070726f2071756f");
const gallia = bytesOf(
  "8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573",
);
const mars = bytesOf(
  "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef",
);
const vectors = {
  AEAD_AES_128_GCM: {
    audio:
      "8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833" +
      "899d7f27beb16a9152cf765ee4390cce",
    report:
      "81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275b" +
      "c84aa45896cf4d2fc5abf87245d9eade800005d4",
  },
  AEAD_AES_256_GCM: {
    audio:
      "8040f17b8041f8d35501a0b232b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b" +
      "7aa3db36dfffd6b0f9bb7878d7a76c13",
    report:
      "81c8000d4d617273d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61de0476f1b6fad" +
      "1d1eb30c4446839f57ff6f6cb26ac3be800005d4",
  },
};

for (const profile of ["AEAD_AES_128_GCM", "AEAD_AES_256_GCM"] as const) {
  const keys = { cipherKey: gcmKeys[profile], salt: gcmSalt, authenticationKey: new Uint8Array(0) };
  const protection = () => createGcmProtection(keys, keys);

  test(`${profile} makes of packets what RFC 7714 §16 and §17 make of them, and opens those`, () => {
    const sender = createSrtpSender(protection());
    assert.equal(hexOf(protect(sender, gallia)), vectors[profile].audio);
    let report = new Uint8Array(0);
    for (let index = 0; index <= 0x5d4; index++) report = protect(sender, mars, "Rtcp").slice();
    assert.equal(hexOf(report), vectors[profile].report);

    const receiver = createSrtpReceiver(protection());
    assert.deepEqual(open(receiver, bytesOf(vectors[profile].audio)), gallia);
    assert.deepEqual(open(receiver, report, "Rtcp"), mars);
  });
}

test("a report that is signed and not enciphered is opened too (RFC 7714 §17.3)", () => {
  const keys = { cipherKey: gcmKeys.AEAD_AES_128_GCM, salt: gcmSalt, authenticationKey: new Uint8Array(0) };
  const receiver = createSrtpReceiver(createGcmProtection(keys, keys));
  const signed = bytesOf(`${hexOf(mars)}841dd9683dd78ec92ae58790125f62b3000005d4`);

  assert.deepEqual(open(receiver, signed, "Rtcp"), mars);
});

for (const profile of profiles) {
  const { rtpTagBytes, rtcpTagBytes } = srtpProfiles[profile];

  test(`what ${profile} protects is opened again, once, and is readable to nobody else`, () => {
    const sender = createSrtpSender(keysOf(profile));
    const receiver = createSrtpReceiver(keysOf(profile));
    for (let sequence = 0; sequence < 60; sequence++) {
      const packet = rtp(sequence, { payload: sequence * 4, fill: sequence });
      const made = protect(sender, packet);
      assert.equal(made.length, packet.length + rtpTagBytes);
      if (sequence > 3) assert.notDeepEqual(made.subarray(12, packet.length), packet.subarray(12));
      assert.deepEqual(open(receiver, made), packet);
      assert.equal(open(receiver, made), "replayed");
    }
    const made = protect(sender, mars, "Rtcp");
    assert.equal(made.length, mars.length + rtcpTagBytes + 4);
    assert.deepEqual(open(receiver, made, "Rtcp"), mars);
    assert.equal(open(receiver, made, "Rtcp"), "replayed");
    assert.equal(open(createSrtpReceiver(keysOf(profile, 2)), protect(sender, rtp(99))), "not-authentic");
  });

  test(`${profile}: whichever bit is changed, nothing is let through`, () => {
    const sender = createSrtpSender(keysOf(profile));
    const receiver = createSrtpReceiver(keysOf(profile));
    open(receiver, protect(sender, rtp(1)));
    for (const [kind, whole] of [
      ["Rtp", protect(sender, rtp(2))],
      ["Rtcp", protect(sender, mars, "Rtcp")],
    ] as const) {
      for (let bit = 0; bit < whole.length * 8; bit++) {
        const changed = whole.slice();
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        assert.equal(typeof open(receiver, changed, kind), "string", `bit ${bit} of ${kind}`);
      }
      assert.ok(typeof open(receiver, whole, kind) !== "string");
    }
  });

  test(`${profile}: numbers go over 65,535, also where the first packets are lost there`, () => {
    const sender = createSrtpSender(keysOf(profile));
    const made = Array.from({ length: 20 }, (_, count) => protect(sender, rtp(65_530 + count)));
    const whole = createSrtpReceiver(keysOf(profile));
    made.forEach((packet, count) => assert.deepEqual(open(whole, packet), rtp(65_530 + count)));

    const late = createSrtpReceiver(keysOf(profile));
    for (const count of [8, 7, 12]) assert.deepEqual(open(late, made[count]!), rtp(65_530 + count), String(count));
    assert.deepEqual(open(late, made[5]!), rtp(65_535));
  });
}

test("other keys begin to count anew, or go on counting, as the sender does", () => {
  const [first, second] = [keysOf("AES_CM_128_HMAC_SHA1_80"), keysOf("AES_CM_128_HMAC_SHA1_80", 2)];
  const sender = createSrtpSender(first);
  const receiver = createSrtpReceiver(first);
  for (let number = 65_000; number < 3 * 65_536; number += 500) open(receiver, protect(sender, rtp(number)));
  assert.ok([...receiver.highest().values()][0]! > 2 * 65_536);

  const anew = createSrtpSender(second);
  assert.deepEqual(open(createSrtpReceiver(second, receiver.highest()), protect(anew, rtp(50_000))), rtp(50_000));

  const going = createSrtpSender(second);
  for (let number = 65_000; number < 3 * 65_536; number += 500) protect(going, rtp(number));
  const next = protect(going, rtp(3 * 65_536 + 7));
  assert.equal(open(createSrtpReceiver(second), next), "not-authentic");
  assert.deepEqual(open(createSrtpReceiver(second, receiver.highest()), next), rtp(7 + 3 * 65_536));
});

test("a source that changes its SSRC is opened under the same key", () => {
  const sender = createSrtpSender(keysOf("AEAD_AES_128_GCM"));
  const receiver = createSrtpReceiver(keysOf("AEAD_AES_128_GCM"));
  for (const ssrc of [1, 2, 3]) {
    const packet = rtp(40_000, { ssrc });
    assert.deepEqual(open(receiver, protect(sender, packet)), packet);
  }
});

test("keys of another length than the profile has are no keys", () => {
  assert.throws(() => splitKeyAndSalt("AEAD_AES_128_GCM", new Uint8Array(30)), RangeError);
  const keys = keysOf("AES_CM_128_HMAC_SHA1_80");
  assert.throws(() => createSrtpSender({ ...keys, masterSalt: new Uint8Array(12) }), RangeError);
});
