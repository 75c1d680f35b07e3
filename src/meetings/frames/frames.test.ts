import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { officialFrames } from "../../testing/internal/official-frames.ts";
import { decodeClientFrame, frameMark } from "./client-frame.ts";
import { frameNumbers, signalFrame } from "./messages.ts";
import { encodeServerFrame } from "./server-frame.ts";
import type { Shape } from "./shape.ts";
import { readMessage, writeMessage } from "./wire.ts";

const official = officialFrames.codec;

/** A value for each field that we declare. 64 bit numbers are numbers in the official codec. */
function sample(shape: Shape, is64: (value: number) => number | bigint): Record<string, unknown> {
  const entries = Object.entries(shape.fields).map(([name, { number, type, isRepeated }]) => {
    const value = sampleValue(type, number, is64);
    return [name, isRepeated ? [value, value] : value] as const;
  });
  return Object.fromEntries(entries);
}

function sampleValue(type: Shape | string, number: number, is64: (value: number) => number | bigint): unknown {
  if (typeof type !== "string") return sample(type, is64);
  if (type === "uint64" || type === "int64") return is64(1_700_000_000_000 + number);
  if (type === "bool") return true;
  if (type === "string") return `text ${number} é`;
  if (type === "bytes") return Uint8Array.of(number, 0, 255);
  // In the official codec these numbers are of enumerations, or plain ones.
  return type === "double" ? number + 0.5 : 1;
}

const withNumbers = sample(signalFrame, (value) => value);
const withBigInts = sample(signalFrame, BigInt);

/** Plain objects of plain values, without prototypes of a library. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

function clientFrame(frame: object): Uint8Array {
  const bytes = official.encode(official.fromObject(frame)).finish();
  return Uint8Array.of(frameMark, ...bytes);
}

describe("frames against the codec of the official client", () => {
  it("prints every field that we declare so that the client reads it", () => {
    const bytes = writeMessage(withBigInts, signalFrame);

    const read = official.toObject(official.decode(bytes), { longs: Number, arrays: false });

    assert.deepEqual(plain(read), plain(withNumbers));
  });

  it("reads every field that we declare as the client prints it", () => {
    const bytes = official.encode(official.fromObject(withNumbers)).finish();

    assert.deepEqual(plain(readMessage(bytes, signalFrame)), plain(withNumbers));
  });

  it("has the client's number for each type of frame", () => {
    for (const [name, number] of Object.entries(frameNumbers)) {
      assert.equal(official.Type[name.toUpperCase().replaceAll("-", "_")], number, name);
    }
  });

  it("skips fields that we do not know", () => {
    const join = {
      audioSessionId: 5,
      flags: 2,
      maxNumOfVideos: 8,
      wantsCompressedSdp: true,
      clientDetails: { appName: "a" },
    };

    const frame = decodeClientFrame(clientFrame({ timestampMs: 1, type: 1, join }));

    assert.deepEqual(frame, { type: "join", join: { audioSessionId: 5n, clientDetails: {} } });
  });

  it("passes on a frame of a type that it does not know as one that is nobody's business", () => {
    const frame = decodeClientFrame(clientFrame({ timestampMs: 1, type: official.Type["PAUSE"] }));

    assert.deepEqual(frame, { type: "other", number: 7 });
  });

  it("says what a leave entry of the roster must not have: a microphone", () => {
    const streams = [{ audioStreamId: 3 }];
    const bytes = encodeServerFrame(
      { type: "audio-stream-id-info", audioStreamIdInfo: { streams } },
      1_700_000_000_000,
    );

    const read = official.toObject(official.decode(bytes.subarray(1)), { longs: Number });

    assert.deepEqual(plain(read), { timestampMs: 1_700_000_000_000, type: 18, audioStreamIdInfo: { streams } });
  });
});

describe("bytes that are no frame", () => {
  const whyOf = (bytes: Uint8Array) => {
    const frame = decodeClientFrame(bytes);
    return frame.type === "malformed" ? frame.why : `taken as ${frame.type}`;
  };
  const cases: readonly (readonly [name: string, bytes: readonly number[], why: RegExp])[] = [
    ["nothing", [], /an empty message/],
    ["another first byte", [0x02, 0x08, 0x01], /this one has 0x02/],
    ["no frame at all", [5], /has a type \(field 2\)/],
    ["text", [5, ...Buffer.from("{hello}")], /no protobuf SdkSignalFrame/],
    ["a field that is cut off", [5, 0x08, 0x80], /no protobuf SdkSignalFrame/],
    ["a length beyond the end", [5, 0x22, 0xff, 0x7f, 1], /no protobuf SdkSignalFrame/],
    ["an unknown field that is cut off", [5, 0x10, 1, 0x99, 0x06, 1, 2], /no protobuf SdkSignalFrame/],
    ["a double that is cut off", [5, 0x10, 21, 0xb2, 1, 4, 0x0a, 2, 0x11, 0], /no protobuf SdkSignalFrame/],
    ["a field number of zero", [5, 0x00, 0x00], /no protobuf SdkSignalFrame/],
    ["a group", [5, 0x0b, 0x0c], /field 1 is a group/],
    ["a group within an unknown field's place", [5, 0x9b, 0x06], /field 99 is a group/],
    ["a number where a message belongs", [5, 0x10, 1, 0x20, 1], /join has the wire type 0, not 2/],
    ["a JOIN without its body", [5, 0x10, 1], /a JOIN frame has join/],
    ["a SUBSCRIBE without its body", [5, 0x10, 3], /a SUBSCRIBE frame has sub/],
    ["an AUDIO_CONTROL that says nothing", [5, 0x10, 16, 0x8a, 1, 0], /a AUDIO_CONTROL frame has audio_control.muted/],
    ["a PING_PONG without a number", [5, 0x10, 19, 0xa2, 1, 2, 8, 1], /a PING_PONG frame has ping_pong.ping_id/],
    ["a PING_PONG of no kind", [5, 0x10, 19, 0xa2, 1, 4, 8, 3, 16, 1], /is 1 or 2/],
  ];
  for (const [name, bytes, why] of cases) {
    it(`says why ${name} is refused`, () => assert.match(whyOf(Uint8Array.from(bytes)), why));
  }

  it("refuses more values of a repeated field than anybody needs", () => {
    const messages = Array.from({ length: 1_025 }, () => ({}));

    assert.match(whyOf(clientFrame({ timestampMs: 1, type: 22, dataMessage: { messages } })), /more than 1024 times/);
  });
});
