import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { silentLogger } from "../../kernel/index.ts";
import type { Refusal, SipTraceEntry } from "../../sip/index.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import { listLadders, readLadder } from "./read-ladder.ts";
import { createSipLadders } from "./sip-ladders.ts";

const root = mkdtempSync(join(tmpdir(), "offhook-ladders-"));
after(() => rmSync(root, { recursive: true, force: true }));

const peer = { transport: "udp", host: "192.0.2.9", port: 5060 } as const;
const local = { transport: "udp", host: "192.0.2.1", port: 5060 } as const;
const message = (sipCallId: string, startLine: string, change: Partial<SipTraceEntry> = {}): SipTraceEntry => ({
  ...{
    direction: "received",
    peer,
    local: () => local,
    sipCallId,
    startLine,
    status: Number(startLine.slice(0, 3)) || 0,
    method: "INVITE",
    isRetransmission: false,
  },
  text: () => `${startLine} SIP/2.0\r\n\r\n`,
  ...change,
});
const refusal = (sipCallId: string, cause = "no-rule"): Refusal => ({
  ...{ cause, status: 404, method: "INVITE", peer, why: "nobody has +12065550199", sipCallId },
});

function setUp(name: string, redact = false) {
  const clock = createManualClock();
  const folder = join(root, name);
  const ladders = createSipLadders({ folder, keep: 0, redact, clock, log: silentLogger });
  const written: string[] = [];
  const lines = () => written.map((line) => JSON.parse(line) as { readonly sip?: { readonly startLine: string } });
  const startLines = () => lines().map(({ sip }) => sip?.startLine);
  const claim = (sipCallId: string, transactionId = "t1") =>
    ladders.claim(sipCallId, { transactionId, participantTag: "LEG-A" });
  const begin = (transactionId = "t1") => ladders.begin(transactionId, (line) => void written.push(line));
  return { clock, folder, ladders, written, lines, startLines, claim, begin };
}

describe("the ladder of a call", () => {
  it("has the messages from before its history began, those in it, and the last ones after its end", () => {
    const bed = setUp("order");
    const ended: string[] = [];

    bed.ladders.message(message("a", "INVITE sip:x@y"));
    bed.ladders.message(message("other", "INVITE sip:z@y"));
    bed.claim("a");
    bed.ladders.message(message("a", "180 Ringing", { direction: "sent" }));
    bed.begin();
    bed.ladders.message(message("a", "BYE sip:x@y"));
    bed.ladders.end("t1", () => void ended.push("end"));
    bed.ladders.message(message("a", "200 OK", { direction: "sent", method: "BYE" }));
    assert.deepEqual(ended, []);
    bed.clock.advance(1_000);
    bed.ladders.message(message("a", "200 OK", { isRetransmission: true }));

    assert.deepEqual(bed.startLines(), ["INVITE sip:x@y", "180 Ringing", "BYE sip:x@y", "200 OK"]);
    assert.deepEqual(ended, ["end"]);
  });

  it("says of each message when, which way, with whom, over what and for which leg, and has its text once", () => {
    const bed = setUp("whole");
    bed.claim("a");
    bed.begin();

    bed.ladders.message(message("a", "INVITE sip:x@y"));
    bed.ladders.message(message("a", "INVITE sip:x@y", { isRetransmission: true }));

    const ends = { peer: "192.0.2.9:5060", local: "192.0.2.1:5060" };
    const first = { direction: "received", transport: "udp", ...ends, method: "INVITE" };
    assert.deepEqual(bed.lines(), [
      {
        at: bed.clock.now(),
        sip: { ...first, startLine: "INVITE sip:x@y", text: "INVITE sip:x@y SIP/2.0\r\n\r\n" },
        participantTag: "LEG-A",
      },
      { at: bed.clock.now(), sip: { ...first, startLine: "INVITE sip:x@y", again: true }, participantTag: "LEG-A" },
    ]);
  });

  it("has what was refused in it, with the cause", () => {
    const bed = setUp("refused-in-call");
    bed.claim("a");
    bed.begin();

    bed.ladders.refused({ ...refusal("a", "offer-refused"), status: 488 });

    const refused = { cause: "offer-refused", status: 488, method: "INVITE", why: "nobody has +12065550199" };
    assert.deepEqual(bed.lines(), [{ at: bed.clock.now(), refused, participantTag: "LEG-A" }]);
  });

  it("has what was refused before it began, as a call that was asked for its password, and is no refused call", async () => {
    const bed = setUp("challenged");
    bed.ladders.message(message("a", "INVITE sip:x@y"));
    bed.ladders.refused({ ...refusal("a", "unauthenticated"), status: 401 });
    bed.ladders.message(message("a", "401 Unauthorized", { direction: "sent" }));
    bed.ladders.message(message("a", "INVITE sip:x@y"));
    bed.claim("a");
    bed.begin();
    bed.clock.advance(1_000);
    await bed.ladders.close();

    assert.deepEqual(bed.startLines(), ["INVITE sip:x@y", "401 Unauthorized", "INVITE sip:x@y", undefined]);
    assert.match(bed.written.at(-1) ?? "", /"unauthenticated"/);
    assert.deepEqual(await listLadders(bed.folder, 10), []);
  });

  it("has no address, number, word or field where histories are redacted, and tells far ends apart", () => {
    const bed = setUp("redacted", true);
    bed.claim("a");
    bed.begin();

    bed.ladders.message(message("a", "INVITE sip:+12065550199@192.0.2.9"));
    bed.ladders.message(message("a", "486 Alice is out", { peer: { ...peer, host: "192.0.2.10" } }));
    bed.ladders.refused(refusal("a"));

    assert.doesNotMatch(bed.written.join(), /192|2065550199|Alice|text/);
    assert.deepEqual(
      bed.lines().map(({ sip }) => sip && Object.values(sip)),
      [
        ["received", "udp", "far end 1", "INVITE", "INVITE"],
        ["received", "udp", "far end 2", "INVITE", "486"],
        undefined,
      ],
    );
  });

  it("ends with 500 messages, and says so", () => {
    const bed = setUp("long");
    bed.claim("a");
    bed.begin();

    for (let count = 0; count < 2_000; count++) bed.ladders.message(message("a", "INFO sip:x@y"));

    assert.equal(bed.written.length, 500);
    assert.match(bed.written.at(-1) ?? "", /not-kept/);
  });

  it("takes no more than some megabytes while nobody has claimed it: the oldest go", () => {
    const bed = setUp("bounded");
    for (let count = 0; count < 20_000; count++)
      bed.ladders.message(message(`x${count}`, "OPTIONS sip:x@y", { text: () => "x".repeat(2_000) }));
    bed.claim("x0");
    bed.claim("x19999", "t2");
    bed.begin();
    bed.begin("t2");

    assert.deepEqual(bed.startLines(), ["OPTIONS sip:x@y"]);
  });
});

describe("the ladder of a refused call", () => {
  it("is a file of its own, found by its Call-ID and by its id, with the refusal last", async () => {
    const bed = setUp("refused");
    bed.ladders.message(message("a b@c", "INVITE sip:x@y"));
    bed.ladders.refused(refusal("a b@c"));
    bed.ladders.message(message("a b@c", "404 Not Found", { direction: "sent" }));
    bed.ladders.message(message("a b@c", "ACK sip:x@y", { method: "ACK" }));
    bed.clock.advance(1_000);
    await bed.ladders.close();

    const ladder = await readLadder(bed.folder, "a b@c");
    const [listed] = await listLadders(bed.folder, 10);
    assert.deepEqual(
      ladder.lines.map((line) => ("sip" in line ? line.sip.startLine : line.refused.cause)),
      ["INVITE sip:x@y", "404 Not Found", "ACK sip:x@y", "no-rule"],
    );
    assert.equal(listed?.id, ladder.id);
    assert.deepEqual((await readLadder(bed.folder, ladder.id)).lines, ladder.lines);
    assert.deepEqual([ladder.isRefused, listed?.isRefused], [true, true]);
  });

  it("is kept ten times a minute for each cause, so that a flood fills no disk", async () => {
    const bed = setUp("flood");
    for (let count = 0; count < 500; count++) bed.ladders.refused(refusal(`c${count}`));
    bed.clock.advance(60_000);
    for (let count = 0; count < 500; count++) bed.ladders.refused(refusal(`d${count}`));
    await bed.ladders.close();

    assert.equal(readdirSync(join(bed.folder, "refused")).length, 20);
  });

  it("tells no Call-ID where histories are redacted, and is found by it all the same", async () => {
    const bed = setUp("refused-redacted", true);
    bed.ladders.message(message("secret@192.0.2.9", "INVITE sip:+12065550199@y"));
    bed.ladders.refused(refusal("secret@192.0.2.9"));
    await bed.ladders.close();

    const [name = ""] = readdirSync(join(bed.folder, "refused"));
    assert.doesNotMatch(readFileSync(join(bed.folder, "refused", name), "utf8"), /secret|192|206/);
    assert.equal((await readLadder(bed.folder, "secret@192.0.2.9")).lines.length, 2);
  });

  it("that is none is told with the folder and the setting", async () => {
    await assert.rejects(readLadder(join(root, "none"), "x"), {
      code: "HISTORY_NOT_FOUND",
      message: /histories\.write/,
    });
  });
});
