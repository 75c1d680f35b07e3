import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { drawLadder } from "./draw-ladder.ts";
import { ladderRows, type LadderRow } from "../../app/index.ts";

const at = Date.UTC(2025, 0, 2, 3, 4, 5);
const call = { id: "c1", redacted: false, isRefused: false };
const caller = "192.0.2.9:5060";
const called = "192.0.2.5:5060";
const message = (ms: number, from: string, to: string, startLine: string): LadderRow => ({
  ...{ type: "message", at: at + ms, from, to, transport: "udp", startLine, again: false },
});

describe("a ladder in text", () => {
  it("has a column for each party, arrows both ways, and decisions beside the server", () => {
    const rows: LadderRow[] = [
      message(0, caller, "offhook", "INVITE sip:+12065550100@192.0.2.1"),
      message(1, "offhook", caller, "100 Trying"),
      { type: "decision", at: at + 2, text: "the function is asked: NEW_INBOUND_CALL" },
      message(30, "offhook", called, "INVITE sip:x@192.0.2.5"),
      { ...message(1_500, called, "offhook", "200 OK"), again: true } as LadderRow,
    ];

    assert.deepEqual(drawLadder(call, rows, false).split("\n"), [
      "call c1  2025-01-02T03:04:05.000Z",
      "",
      "            192.0.2.9:5060                          offhook                                 192.0.2.5:5060",
      "  +0.000 s  |-- INVITE sip:+12065550100@19... udp ->|                                       |",
      "  +0.001 s  |<-------------------- 100 Trying udp --|                                       |",
      "  +0.002 s  |                                       * the function is asked: NEW_INBOUND_CALL",
      "  +0.030 s  |                                       |-- INVITE sip:x@192.0.2.5 udp -------->|",
      "  +1.500 s  |                                       |<---------------- 200 OK (again) udp --|",
    ]);
  });

  it("shows what a far end wrote without control characters", () => {
    const text = drawLadder(call, [message(0, caller, "offhook", "INVITE \u001b[2Jx\r")], false);

    assert.deepEqual([text.includes("\u001b"), text.includes("\r")], [false, false]);
  });

  it("has the messages in full below it, when asked for", () => {
    const row = {
      ...message(0, caller, "offhook", "INVITE sip:x@y"),
      text: "INVITE sip:x@y SIP/2.0\r\nTo: z",
    } as LadderRow;

    assert.match(
      drawLadder(call, [row], true),
      /192\.0\.2\.9:5060 -> offhook \(udp\)\n    INVITE sip:x@y SIP\/2\.0\n    To: z$/,
    );
  });
});

describe("the rows of a ladder", () => {
  it("are messages, refusals and what the machine decided, in the order of time", () => {
    const rows = ladderRows({
      lines: [
        {
          ...{ at: 1, line: 2, participantTag: "LEG-A" },
          sip: { direction: "received", transport: "tcp", peer: caller, method: "INVITE", startLine: "INVITE sip:x@y" },
        },
        { at: 9, line: 5, refused: { cause: "offer-refused", status: 488, method: "INVITE", why: "no codec" } },
      ],
      steps: [
        {
          ...{ line: 3, answers: [], broke: false, input: { type: "start", at: 2 } },
          effects: [
            { do: "start-timer", timerId: "t" },
            { do: "invoke", event: { InvocationEventType: "NEW_INBOUND_CALL" } },
          ],
        },
        {
          ...{ line: 4, answers: [], broke: false },
          input: {
            ...{ type: "function-replied", at: 3, invocationId: "i" },
            reply: { type: "response", value: { Actions: [{ Type: "Hangup" }] } },
          },
          effects: [{ do: "reject-leg", status: 486 }],
        },
      ],
    });

    assert.deepEqual(
      rows.map((row) => (row.type === "decision" ? row.text : `${row.from} -> ${row.to}: ${row.startLine}`)),
      [
        "192.0.2.9:5060 -> offhook: INVITE sip:x@y",
        "the function is asked: NEW_INBOUND_CALL",
        "the function replied: Hangup",
        "reject leg with 486",
        "INVITE refused with 488 (offer-refused): no codec",
      ],
    );
  });
});
