import assert from "node:assert/strict";
import { test } from "node:test";
import { addressBytes } from "../../kernel/index.ts";
import { errorAnswer, successAnswer, writeStun, xorMappedAddress } from "./stun-answer.ts";
import { fingerprintOf, isIntact, readStun, stunAttributes, stunTypes } from "./stun-message.ts";

const bytesOf = (...hex: readonly string[]) => Uint8Array.from(Buffer.from(hex.join(""), "hex"));
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

/* RFC 5769 §2.1 to §2.3 */
const password = "VOkJxbRl1RmTxUk/WvJxBt";
const transaction = "b7e7a701bc34d686fa87dfae";
const request = bytesOf(
  `000100582112a442${transaction}`,
  "802200105354554e207465737420636c69656e74",
  "002400046e0001ff",
  "80290008932ff9b151263b36",
  "000600096576746a3a68367659202020",
  "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2",
  "80280004e57a3bcf",
);
const response = bytesOf(
  `0101003c2112a442${transaction}`,
  "8022000b7465737420766563746f7220",
  "002000080001a147e112a643",
  "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7",
  "80280004c07d4c96",
);
const response6 = bytesOf(
  `010100482112a442${transaction}`,
  "8022000b7465737420766563746f7220",
  "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9",
  "00080014a382954e4be67bf11784c97c8292c275bfe3ed41",
  "80280004c8fb0b4c",
);

function mustRead(bytes: Uint8Array) {
  const message = readStun(bytes);
  assert.ok(message !== undefined);
  return message;
}

test("the request of RFC 5769 is read, and is intact by its password only", () => {
  const message = mustRead(request);

  assert.equal(message.type, stunTypes.request);
  assert.equal(hexOf(message.transactionId), transaction);
  assert.deepEqual([message.username, message.role, message.isNominating], ["evtj:h6vY", "controlled", false]);
  assert.deepEqual(message.unknownAttributes, []);
  assert.equal(isIntact(message, password), true);
  assert.equal(isIntact(message, `${password}x`), false);
});

for (const [name, vector, address] of [
  ["IPv4", response, "192.0.2.1"],
  ["IPv6", response6, "2001:db8:1234:5678:11:2233:4455:6677"],
] as const) {
  test(`the ${name} response of RFC 5769 is intact, and we write its address in the same way`, () => {
    assert.equal(isIntact(mustRead(vector), password), true);
    const { value } = xorMappedAddress({ address, port: 32_853 }, bytesOf(transaction));
    assert.ok(hexOf(vector).includes(`0020${value.length.toString(16).padStart(4, "0")}${hexOf(value)}`));
  });
}

test("what is written is intact and has its fingerprint", () => {
  const answer = mustRead(successAnswer(bytesOf(transaction), { address: "203.0.113.7", port: 5000 }, password));
  assert.equal(answer.type, stunTypes.success);
  assert.equal(isIntact(answer, password), true);
  assert.equal(hexOf(answer.transactionId), transaction);
  assert.deepEqual(answer.bytes.subarray(-8, -4), bytesOf("80280004"));

  const error = mustRead(errorAnswer(bytesOf(transaction), 420, [0x7fff], password));
  assert.equal(error.type, stunTypes.error);
  assert.equal(isIntact(error, password), true);
  assert.ok(hexOf(error.bytes).includes("00090015000004" + "14"));
  assert.ok(hexOf(error.bytes).includes("000a00027fff"));
});

test("a changed bit anywhere is seen, by the fingerprint or the integrity", () => {
  const isTaken = (bytes: Uint8Array) => {
    const message = readStun(bytes);
    return message !== undefined && isIntact(message, password);
  };
  const fingerprintAt = request.length - 8;
  for (let bit = 0; bit < fingerprintAt * 8; bit++) {
    const changed = request.slice();
    changed[bit >> 3] = changed[bit >> 3]! ^ (1 << (bit & 7));
    assert.equal(isTaken(changed), false, `bit ${bit}`);
    new DataView(changed.buffer).setUint32(fingerprintAt + 4, fingerprintOf(changed, fingerprintAt));
    assert.equal(isTaken(changed), false, `bit ${bit}, with the fingerprint of what it is now`);
  }
  const changed = request.slice();
  changed[changed.length - 1] = 0;
  assert.equal(readStun(changed), undefined);
});

test("what stands behind the integrity is not read", () => {
  const message = writeStun(stunTypes.request, bytesOf(transaction), [], password);
  // Without its fingerprint, and with USE-CANDIDATE and an unknown attribute in its place.
  const longer = new Uint8Array(message.length);
  longer.set(message.subarray(0, -8));
  longer.set(bytesOf("00250000", "7fff0000"), message.length - 8);

  const read = mustRead(longer);
  assert.equal(isIntact(read, password), true);
  assert.deepEqual([read.isNominating, read.unknownAttributes], [false, []]);
});

test("attributes that nobody knows are named, the others are passed over", () => {
  const attributes = [0x7fff, 0x8fff, 0x0003, 0xc057].map((type) => ({ type, value: Uint8Array.of(1, 2, 3) }));
  const message = mustRead(writeStun(stunTypes.request, bytesOf(transaction), attributes, password));

  assert.deepEqual(message.unknownAttributes, [0x7fff, 0x0003]);
});

test("lengths that do not fit are no message", () => {
  for (let length = 0; length < request.length; length++) assert.equal(readStun(request.slice(0, length)), undefined);
  assert.equal(readStun(new Uint8Array(2000)), undefined);
  for (const [type, bytes] of [
    [stunAttributes.username, 516],
    [stunAttributes.integrity, 16],
    [stunAttributes.priority, 8],
    [stunAttributes.useCandidate, 4],
    [stunAttributes.controlling, 4],
  ] as const) {
    const value = new Uint8Array(bytes);
    assert.equal(readStun(writeStun(stunTypes.request, bytesOf(transaction), [{ type, value }], "")), undefined);
  }
  const toMuch = request.slice();
  toMuch[22] = 0xff;
  assert.equal(readStun(toMuch), undefined);
});

test("addresses become their bytes in every form", () => {
  const cases: Readonly<Record<string, string>> = {
    "192.0.2.255": "c00002ff",
    "::": "00".repeat(16),
    "::1": `${"00".repeat(15)}01`,
    "fe80::1%eth0": `fe80${"00".repeat(13)}01`,
    "2001:db8::": `20010db8${"00".repeat(12)}`,
    "::ffff:192.0.2.1": `${"00".repeat(10)}ffffc0000201`,
    "1:2:3:4:5:6:7:8": "00010002000300040005000600070008",
    nobody: "",
  };
  for (const [address, hex] of Object.entries(cases)) assert.equal(hexOf(addressBytes(address)), hex, address);
});
