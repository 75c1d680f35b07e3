import assert from "node:assert/strict";
import { it } from "node:test";
import type { SipTraceEntry } from "../types.ts";
import { createMessageCounts } from "./message-counts.ts";

const entry = (method: string, startLine: string, isRetransmission = false): SipTraceEntry => ({
  ...{ direction: "received", peer: { transport: "udp", host: "192.0.2.1", port: 5060 }, sipCallId: "x" },
  ...{ method, startLine, isRetransmission, status: Number(startLine.slice(0, 3)) || 0, text: () => "" },
  local: () => ({ transport: "udp", host: "192.0.2.2", port: 5060 }),
});

it("messages are counted by method and status, in words of which far ends cannot make many", () => {
  const counts = createMessageCounts();
  for (const [method, line] of [
    ["INVITE", "INVITE sip:a@b"],
    ["INVITE", "180 Ringing"],
    ["INVITE", "180 Ringing"],
    ["INVITE", "499 Strange"],
    ["FROBNICATE", "FROBNICATE sip:a@b"],
    ["BYE", "BYE sip:200 OK"],
  ] as const)
    counts.count(entry(method, line));
  counts.count(entry("INVITE", "180 Ringing", true));

  assert.deepEqual(counts.all(), {
    "received INVITE": 1,
    "received INVITE 180": 2,
    "received INVITE 4xx": 1,
    "received other": 1,
    "received BYE": 1,
    "received again": 1,
  });
});
