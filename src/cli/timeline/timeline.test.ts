import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { describe, it } from "node:test";
import type { CallFact } from "../../app/index.ts";
import { legAudio } from "../../testing/internal/leg-audio.ts";
import type { TransactionId } from "../../kernel/index.ts";
import { createTimeline } from "./timeline.ts";

const failure = {
  type: "function-failed",
  event: "NEW_INBOUND_CALL",
  target: "menu",
  tookMs: 3,
  reason: "init",
  message: "no table name",
  stack: "Error\n    at app.js:1",
} as const;

/** The lines of a timeline that is told of these facts of one call. */
function linesOf(...reported: readonly (CallFact | { readonly log: object })[]): readonly string[] {
  const lines: string[] = [];
  const timeline = createTimeline(
    (line) => void lines.push(stripVTControlCharacters(line)),
    () => 0,
  );
  for (const one of reported) {
    if ("log" in one) timeline.log(JSON.stringify(one.log));
    else timeline.observe({ at: 0, transactionId: "0b9d1f3a" as TransactionId, fact: one });
  }
  return lines;
}

const failed = {
  ...({ type: "action-ended", action: "PlayAudio", participantTag: "LEG-A", outcome: "failed" } as const),
  ...{ errorType: "SystemException", message: "System error while running action", isLegGone: false, isWarned: false },
} as const;
const event = (InvocationEventType: string) =>
  ({ type: "invoked", sequence: 7, event: { InvocationEventType } }) as const;

describe("timeline", () => {
  it("tells which meeting a call is in, why it is in it no more, and nothing of the token", () => {
    const lines = linesOf(
      {
        ...({ type: "action-started", action: "JoinChimeMeeting", participantTag: "LEG-A" } as const),
        parameters: { JoinToken: "s3cr3t", MeetingId: "m-1", ParticipantTag: "LEG-A" },
      },
      {
        ...({ type: "leg-changed", participantTag: "LEG-B", state: "answered", cause: undefined } as const),
        meeting: { meetingId: "m-1", attendeeId: "a-1" },
      },
      { type: "leg-changed", participantTag: "LEG-B", state: "ended", cause: "the meeting was deleted" },
    );

    assert.deepEqual(
      lines.map((line) => line.slice(line.indexOf(" s ") + 3).trim()),
      [
        "action    JoinChimeMeeting MeetingId m-1",
        "call      LEG-B is the meeting m-1, joined as attendee a-1",
        "call      LEG-B ended: the meeting was deleted",
      ],
    );
  });

  it("tells what happens in a meeting from its beginning on, once, and in one line whatever people are called", () => {
    const lines: string[] = [];
    const timeline = createTimeline(
      (line) => void lines.push(stripVTControlCharacters(line)),
      () => 0,
    );
    const meeting = {
      ...{ id: "0c5f1f5e-7d0a", externalMeetingId: "stand-up", mediaRegion: "us-east-1", createdAt: 1_000 },
      ...{ features: {}, notifications: {}, tenantIds: [], tags: [] },
    };
    const capabilities = { audio: "SendReceive", video: "SendReceive", content: "SendReceive" } as const;
    const attendee = { id: "a", meetingId: meeting.id, externalUserId: "Ada\nLovelace", capabilities };
    timeline.meet({ type: "chime:MeetingStarted", meeting, at: 1_000 });
    timeline.log(JSON.stringify({ level: 30, eventType: "chime:MeetingStarted", msg: "meeting event" }));
    timeline.meet({ type: "chime:AttendeeJoined", meeting, attendee, by: "browser", at: 13_345 });

    assert.deepEqual(lines, [
      "0c5f   +0.000 s  meeting   stand-up made, MeetingId 0c5f1f5e-7d0a",
      "0c5f  +12.345 s  meeting   Ada␊Lovelace joined by browser",
    ]);
  });

  it("tells how the audio of a leg was when it ends, and what is wrong with it as soon as that is known", () => {
    const problem = {
      type: "one-way",
      direction: "incoming",
      cause: "no-packets",
      message: "nothing is heard of it",
    } as const;
    const lines = linesOf(
      { type: "audio-problem", participantTag: "LEG-A", problem },
      { type: "audio-ended", participantTag: "LEG-A", audio: legAudio({ packetsReceived: 0, mos: undefined }) },
      { type: "audio-ended", participantTag: "LEG-B", audio: legAudio({ packetsReceived: 0, packetsSent: 0 }) },
    );

    assert.equal(lines.length, 2);
    assert.match(lines[0] ?? "", /warning +LEG-A one-way audio: nothing is heard of it$/);
    assert.match(
      lines[1] ?? "",
      /audio +LEG-A heard 0 packets, lost 0, jitter 2 ms; sent 500$|audio +LEG-A heard 0 packets, lost 0; sent 500$/,
    );
  });

  it("tells of a party that left during an action as that, and not as a failure", () => {
    const [line = ""] = linesOf({ ...failed, isLegGone: true, repeat: 1 });

    assert.match(line, /action +PlayAudio ended: the party of LEG-A has left$/);
    assert.match(linesOf({ ...failed, repeat: 1 })[0] ?? "", /error +PlayAudio failed, SystemException: System error/);
  });

  it("tells of a function that loops once, counts what follows, and goes on with what is new", () => {
    const { action, participantTag, errorType, message } = failed;
    const round: readonly CallFact[] = [
      event("ACTION_FAILED"),
      { type: "replied", sequence: 7, tookMs: 1, response: {} },
      { type: "action-started", action: "PlayAudio", participantTag, parameters: {} },
      { ...failed, repeat: 11 },
    ];
    const lines = linesOf(
      { type: "function-loops", action, participantTag, errorType, message, count: 10 },
      ...round,
      ...round,
      { type: "function-looped", what: "LEG-A PlayAudio failed", count: 12 },
      event("HANGUP"),
      ...round,
    );

    assert.equal(lines.length, 3 + round.length);
    assert.match(
      lines[0] ?? "",
      /warning +the function loops: LEG-A PlayAudio failed 10 times in a row, SystemException/,
    );
    assert.match(lines[1] ?? "", /warning +12 times in a row: LEG-A PlayAudio failed$/);
    assert.match(lines[2] ?? "", /event +7 HANGUP/);
  });

  it("shows each call that was refused before there was one, and not again the line that the log has of it", () => {
    const lines: string[] = [];
    const timeline = createTimeline(
      (line) => void lines.push(stripVTControlCharacters(line)),
      () => 0,
    );
    const peer = { transport: "udp", host: "192.0.2.9", port: 5060 } as const;
    const refusal = { cause: "extension-required", status: 420, method: "INVITE", peer, why: "it requires 100rel" };

    timeline.refuse(refusal);
    timeline.log(JSON.stringify({ level: 40, refusal: refusal.cause, method: "INVITE", msg: "as above" }));
    timeline.log(JSON.stringify({ level: 40, refusal: "not-sip", method: "message", msg: "a line of bytes" }));

    assert.equal(lines.length, 2);
    assert.match(lines[0] ?? "", /refused +INVITE from 192\.0\.2\.9:5060 refused with 420 .*: it requires 100rel$/);
    assert.match(lines[1] ?? "", /a line of bytes$/);
  });

  it("shows ten refused calls of a cause in a minute, and then what the log says of the others", () => {
    const lines: string[] = [];
    const clock = { now: 0 };
    const timeline = createTimeline(
      (line) => void lines.push(stripVTControlCharacters(line)),
      () => clock.now,
    );
    const peer = { transport: "udp", host: "192.0.2.9", port: 5060 } as const;
    const refusal = { cause: "extension-required", status: 420, method: "INVITE", peer, why: "it requires 100rel" };

    for (let index = 0; index < 10_000; index++) timeline.refuse(refusal);
    timeline.log(JSON.stringify({ level: 40, refusal: refusal.cause, method: "INVITE", msg: "more", leftOut: 9_999 }));
    clock.now = 60_000;
    timeline.refuse(refusal);

    assert.equal(lines.length, 12);
    assert.match(lines[9] ?? "", /100rel; further ones of this cause are counted for a minute$/);
    assert.match(lines[10] ?? "", /more$/);
  });

  it("shows control characters of strangers as what they are, so that nobody writes on the terminal", () => {
    const lines: string[] = [];
    const timeline = createTimeline(
      (line) => void lines.push(line),
      () => 0,
    );
    const peer = { transport: "udp", host: "192.0.2.9", port: 5060 } as const;
    const evil = "\u001b[2J\u001b]0;x\u0007";

    timeline.refuse({ cause: "extension-required", status: 420, method: "INVITE", peer, why: evil });
    timeline.log(JSON.stringify({ level: 40, msg: evil, stack: evil }));
    timeline.observe({
      at: 0,
      transactionId: "0b9d1f3a" as TransactionId,
      fact: { type: "call-started", direction: "inbound", from: evil, to: evil, applicationId: "a" },
    });

    assert.ok(
      lines.every((line) => !line.includes("\u001b[2J") && !line.includes("\u001b]") && !line.includes("\u0007")),
    );
    assert.equal(lines.length, 4);
  });

  it("tells why a function failed once: in full the first time, the same failure at HANGUP in a word", () => {
    const lines = linesOf(
      { ...failure, sequence: 1, consequence: "call-ended" },
      { ...failure, sequence: 2, consequence: "ignored" },
    );

    assert.equal(lines.filter((line) => line.includes("no table name")).length, 1);
    assert.equal(lines.filter((line) => line.includes("app.js:1")).length, 1);
    assert.match(lines.at(-1) ?? "", /function \S+ failed at 2 \(init, 3 ms\): as before; the call is over anyway$/);
  });

  it("shows message and stack of a failure that comes at HANGUP only", () => {
    const lines = linesOf({ ...failure, sequence: 2, consequence: "ignored" });

    assert.match(lines[0] ?? "", /no table name; the call is over anyway$/);
    assert.match(lines.at(-1) ?? "", /app\.js:1$/);
  });

  it("tells what is wrong with a reply in a line each, at most ten of them", () => {
    const finding = (index: number) => ({
      path: `Actions[0].Parameters.P${index}`,
      what: "unknown",
      consequence: { type: "no-effect" } as const,
    });
    const findings = Array.from({ length: 12 }, (_, index) => finding(index));

    const lines = linesOf({ type: "response-findings", sequence: 3, findings });

    assert.equal(lines.length, 11);
    assert.match(lines[0] ?? "", /warning +reply 3, Actions\[0\]\.Parameters\.P0: unknown \(no effect\)$/);
    assert.match(lines.at(-1) ?? "", /reply 3, and 2 more of the kind$/);
  });

  it("leaves out what the log says of a fact, and shows the other lines of the log", () => {
    const lines = linesOf(
      { log: { level: 40, msg: "function-failed: no table name", fact: failure } },
      {
        log: { level: 40, msg: "the disk is full" },
      },
    );

    assert.deepEqual(
      lines.map((line) => line.trim().split(/ {2,}/)),
      [["warning", "the disk is full"]],
    );
  });

  it("shows the position of a fault in a function's file below the line of the log that tells of it", () => {
    const stack = "app.mjs:3\n  const = 1;\n        ^";

    const lines = linesOf({ log: { level: 50, msg: "function app cannot be loaded", stack } });

    assert.deepEqual(
      lines.map((line) => line.trim()),
      ["error     function app cannot be loaded", "app.mjs:3", "const = 1;", "^"],
    );
  });

  it("tells of each phone that registers, leaves, lets it expire or is lost, and the log not once more", () => {
    const lines: string[] = [];
    const timeline = createTimeline(
      (line) => void lines.push(stripVTControlCharacters(line)),
      () => 0,
    );
    const source = { transport: "udp", host: "2001:db8::9", port: 5_062 } as const;
    for (const type of ["registered", "left", "expired", "lost"] as const)
      timeline.register({ type, account: "bob\n", contact: "sip:bob@h", source });
    timeline.log(JSON.stringify({ level: 30, change: "left", msg: "a phone is no longer registered" }));

    const where = "sip:bob@h (from [2001:db8::9]:5062, UDP)";
    assert.deepEqual(
      lines.map((line) => line.trim().replaceAll(/bob.*? (?=registered|took|is)/g, "bob ")),
      [
        `phone     bob registered: it rings at ${where}`,
        `phone     bob took its registration back: ${where}`,
        `phone     bob is registered no more, since it did not register again in time: ${where}`,
        `phone     bob is registered no more, since its connection broke: ${where}`,
      ],
    );
  });
});
