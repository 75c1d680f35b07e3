import assert from "node:assert/strict";
import { test } from "node:test";
import { isRtcp } from "./demux.ts";

test("tells RTCP from RTP by its second byte (RFC 5761 §4)", () => {
  assert.equal(isRtcp(Uint8Array.of(0x80, 200, 0, 1, 0, 0, 0, 1)), true);
  assert.equal(isRtcp(Uint8Array.of(0x80, 0x80, 0, 1, 0, 0, 0, 1)), false);
  assert.equal(isRtcp(Uint8Array.of(0x80, 0xe5, 0, 1, 0, 0, 0, 1)), false);
  assert.equal(isRtcp(Uint8Array.of(0x00, 200, 0, 1, 0, 0, 0, 1)), false);
});
