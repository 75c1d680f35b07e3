import assert from "node:assert/strict";
import { test } from "node:test";
import { answerOffer, createOffer, readAnswer, readDescription, type LocalAudio } from "./index.ts";

/* Each row of the table is a description of the far end, made of one entry of each axis; what offer and answer have to make of it is worked out
 * here from the entries alone. RFC 3264, RFC 4568 */

const local: LocalAudio = {
  ...{ address: "192.0.2.10", port: 5004, sessionId: "7", sessionVersion: 3 },
  ...{ codecs: ["PCMU", "PCMA"], lastResort: ["G722"] },
};

/** Direction as the far end writes it, then ours. RFC 3264 §6.1 */
const directions = [
  ["sendrecv", "sendrecv"],
  ["sendonly", "recvonly"],
  ["recvonly", "sendonly"],
  ["inactive", "inactive"],
  // Nothing written.
  ["", "sendrecv"],
] as const;

/** Where it wants to be sent to. The unspecified address is the old way to hold: nothing may be sent there. RFC 3264 §8.4 */
const addresses = [
  { written: "198.51.100.1", isHold: false },
  { written: "0.0.0.0", isHold: true },
];

/** Formats with their names, the codec that is taken of them as an offer by their order and by ours, and as an answer. */
const codecs = [
  { formats: ["0"], maps: [], theirs: "PCMU 0", ours: "PCMU 0", answered: "PCMU 0" },
  { formats: ["8", "0"], maps: [], theirs: "PCMA 8", ours: "PCMU 0", answered: "PCMA 8" },
  { formats: ["18", "8"], maps: ["18 G729/8000"], theirs: "PCMA 8", ours: "PCMA 8", answered: "PCMA 8" },
  { formats: ["96"], maps: ["96 pcmu/8000"], theirs: "PCMU 96", ours: "PCMU 96", answered: "PCMU 96" },
  { formats: ["96", "0"], maps: ["96 PCMU/16000"], theirs: "PCMU 0", ours: "PCMU 0", answered: "PCMU 0" },
  { formats: ["9"], maps: [], theirs: "G722 9", ours: "G722 9", answered: undefined },
  { formats: ["111", "8"], maps: ["111 opus/48000/2"], theirs: "PCMA 8", ours: "PCMA 8", answered: "PCMA 8" },
  { formats: ["18"], maps: ["18 G729/8000"], theirs: undefined, ours: undefined, answered: undefined },
];

/** Payload type of telephone-event; undefined: there are none. RFC 4733 §2.1 */
const keys = [
  { formats: [], maps: [], taken: undefined },
  { formats: ["101"], maps: ["101 telephone-event/8000"], taken: 101 },
  { formats: ["97"], maps: ["97 telephone-event/8000"], taken: 97 },
  { formats: ["97"], maps: ["97 telephone-event/48000"], taken: undefined },
];

/** Other streams before and behind it: an answer refuses each in its place. RFC 3264 §6 */
const streams = [
  { before: [], behind: [] },
  { before: ["m=video 4004 RTP/AVP 31"], behind: ["m=image 4006 udptl t38"] },
  { before: ["m=audio 0 RTP/AVP 0"], behind: [] },
];

/** How the stream is protected: the protocol, its attributes, and whether it can be taken. */
const securities = [
  { protocol: "RTP/AVP", attributes: [] as readonly string[], isTaken: true },
  { protocol: "RTP/AVPF", attributes: [], isTaken: true },
  { protocol: "UDP/TLS/RTP/SAVPF", attributes: ["a=setup:actpass"], isTaken: false },
];

const suite = "AES_CM_128_HMAC_SHA1_80";
const cryptoLine = `a=crypto:1 ${suite} inline:${Buffer.alloc(30, 7).toString("base64")}`;

/** What is taken of each way to protect a stream, by what `srtp` says: nothing, "clear", or the suite. RFC 4568, RFC 8643 */
const protections = [
  { protocol: "RTP/AVP", attributes: [], never: "clear", optional: "clear", required: undefined },
  { protocol: "RTP/AVPF", attributes: [], never: "clear", optional: "clear", required: undefined },
  { protocol: "RTP/AVP", attributes: [cryptoLine], never: "clear", optional: suite, required: suite },
  { protocol: "RTP/SAVP", attributes: [cryptoLine], never: undefined, optional: suite, required: suite },
  { protocol: "RTP/SAVPF", attributes: [cryptoLine], never: undefined, optional: suite, required: suite },
  { protocol: "RTP/SAVP", attributes: [], never: undefined, optional: undefined, required: undefined },
  {
    protocol: "RTP/SAVP",
    attributes: [`${cryptoLine} KDR=1`],
    never: undefined,
    optional: undefined,
    required: undefined,
  },
  {
    protocol: "UDP/TLS/RTP/SAVP",
    attributes: [cryptoLine],
    never: undefined,
    optional: undefined,
    required: undefined,
  },
] as const;

interface Row {
  readonly direction: (typeof directions)[number];
  readonly address: (typeof addresses)[number];
  readonly codec: (typeof codecs)[number];
  readonly key: (typeof keys)[number];
  readonly stream: (typeof streams)[number];
  readonly security: (typeof securities)[number];
}

/** Every combination. */
const rows: readonly Row[] = directions.flatMap((direction) =>
  addresses.flatMap((address) =>
    codecs.flatMap((codec) =>
      keys.flatMap((key) =>
        streams.flatMap((stream) =>
          securities.map((security) => ({ direction, address, codec, key, stream, security })),
        ),
      ),
    ),
  ),
);

/** A shorter table for each way to protect a stream. */
const protectedRows = rows
  .filter(({ codec, key, security }) => codec === codecs[1] && key === keys[1] && security === securities[0])
  .flatMap((row) =>
    protections.map((protection) => ({ ...row, security: { ...protection, isTaken: true }, protection })),
  );

/** The description of a row, without other streams where it is an answer: our offer has one stream. */
function describe({ direction, address, codec, key, stream, security }: Row, isAnswer: boolean): string {
  const maps = [...codec.maps, ...key.maps].map((map) => `a=rtpmap:${map}`);
  const [written] = direction;
  const lines = [
    ...["v=0", "o=- 1 1 IN IP4 198.51.100.1", "s=-", `c=IN IP4 ${address.written}`, "t=0 0"],
    ...(isAnswer ? [] : stream.before),
    `m=audio 4000 ${security.protocol} ${[...codec.formats, ...key.formats].join(" ")}`,
    ...[...maps, ...security.attributes],
    ...(written === "" ? [] : [`a=${written}`]),
    ...(isAnswer ? [] : stream.behind),
  ];
  return `${lines.join("\r\n")}\r\n`;
}

/** Our direction. */
function directionOf({ direction, address }: Row): string {
  const [, ours] = direction;
  if (!address.isHold) return ours;
  return ours === "sendrecv" || ours === "recvonly" ? "recvonly" : "inactive";
}

/** What has to be agreed on, in words; undefined: nothing can be. */
function expected(row: Row, taken: string | undefined): string | undefined {
  if (taken === undefined || !row.security.isTaken) return undefined;
  return `${taken}, keys ${row.key.taken}, ${directionOf(row)}, to ${row.address.written}:4000`;
}

function found(outcome: ReturnType<typeof readAnswer>): string | undefined {
  if (outcome.type !== "agreed") return undefined;
  const { codec, telephoneEventPayloadType, direction, remoteAddress, remotePort } = outcome.audio;
  const { name, payloadType } = codec;
  return `${name} ${payloadType}, keys ${telephoneEventPayloadType}, ${direction}, to ${remoteAddress}:${remotePort}`;
}

/** Rows for which what was found is not what was expected, the first few. */
function wrongRows(judge: (row: Row) => readonly [found: unknown, expected: unknown]): readonly unknown[] {
  const wrong = rows.flatMap((row) => {
    const [one, other] = judge(row);
    return JSON.stringify(one) === JSON.stringify(other) ? [] : [{ row, found: one, expected: other }];
  });
  return wrong.slice(0, 3);
}

for (const order of ["theirs", "ours"] as const) {
  test(`each of ${rows.length} offers is answered with what both sides have, by ${order === "theirs" ? "its" : "our"} order of codecs (RFC 3264 §6)`, () => {
    const wrong = wrongRows((row) => {
      const outcome = answerOffer(describe(row, false), { ...local, order });
      return [found(outcome), expected(row, row.codec[order])];
    });

    assert.deepEqual(wrong, []);
  });
}

test("each answer has the streams of its offer in their places, and only the one that is taken has a port (RFC 3264 §6)", () => {
  const wrong = wrongRows((row) => {
    const offer = describe(row, false);
    const outcome = answerOffer(offer, local);
    if (outcome.type !== "agreed") return [undefined, undefined];
    const offered = readDescription(offer);
    const answered = readDescription(outcome.answer);
    assert.ok(typeof offered !== "string" && typeof answered !== "string");
    const place = row.stream.before.length;
    return [
      answered.media.map(({ type, port, protocol }) => [type, port, protocol]),
      offered.media.map(({ type, protocol }, index) => [type, index === place ? local.port : 0, protocol]),
    ];
  });

  assert.deepEqual(wrong, []);
});

test("each answer says our direction, the taken codec with the number of the offer, and keys where both have them", () => {
  const wrong = wrongRows((row) => {
    const outcome = answerOffer(describe(row, false), local);
    if (outcome.type !== "agreed") return [undefined, undefined];
    const answered = readDescription(outcome.answer);
    assert.ok(typeof answered !== "string");
    const section = answered.media[row.stream.before.length];
    const formats = [outcome.audio.codec.payloadType, ...(row.key.taken === undefined ? [] : [row.key.taken])];
    return [
      [section?.direction, section?.formats],
      [directionOf(row), formats.map(String)],
    ];
  });

  assert.deepEqual(wrong, []);
});

test(`each of ${rows.length} answers to a late offer of ours is read as what both sides have (RFC 3264 §7)`, () => {
  const offered = { ...local, isMultiplexed: false };
  assert.match(createOffer(offered), /^m=audio 5004 RTP\/AVP 0 8 101\r$/m);

  const wrong = wrongRows((row) => [
    found(readAnswer(describe(row, true), offered)),
    expected(row, row.codec.answered),
  ]);

  assert.deepEqual(wrong, []);
});

test("whatever was agreed before, hold and resume give what the same offer gives at first, with a new version (RFC 3264 §8)", () => {
  const wrong = wrongRows((row) => {
    const first = answerOffer(describe(row, false), local);
    const again = answerOffer(describe(row, false), { ...local, sessionVersion: 4 });
    if (first.type !== "agreed" || again.type !== "agreed") return [first.type, again.type];
    return [again.answer, first.answer.replace("o=- 7 3 ", "o=- 7 4 ")];
  });

  assert.deepEqual(wrong, []);
});

for (const srtp of ["never", "optional", "required"] as const) {
  const ends = { ...local, srtp, mediaKey: () => new Uint8Array(30).fill(9) };
  const offered = { ...ends, offersSrtp: srtp !== "never" };
  const protectionOf = (outcome: ReturnType<typeof readAnswer>) =>
    outcome.type === "agreed" ? (outcome.audio.security?.suite ?? "clear") : undefined;

  test(`where srtp is ${srtp}, each of ${protectedRows.length} offers, and answers to late offers of ours, is encrypted, in the clear or refused as it has to be`, () => {
    assert.match(createOffer(offered), srtp === "never" ? /RTP\/AVP 0/ : /RTP\/SAVP 0/);
    const wrong = protectedRows.flatMap((row) => {
      const answered = answerOffer(describe(row, false), ends);
      const read = readAnswer(describe(row, true), offered);
      const asOffered = answered.type !== "agreed" || answered.answer.includes(` ${row.protection.protocol} `);
      const both = [protectionOf(answered), protectionOf(read), asOffered];
      const expectedOfBoth = [row.protection[srtp], row.protection[srtp], true];
      return JSON.stringify(both) === JSON.stringify(expectedOfBoth) ? [] : [{ row, both, expectedOfBoth }];
    });

    assert.deepEqual(wrong.slice(0, 3), []);
  });
}
