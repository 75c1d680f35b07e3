import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { newId, silentLogger, type Logger } from "../kernel/index.ts";
import type { MeetingOccurrence } from "../meetings/index.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { createMeetingHistories, type MeetingHistoriesOptions } from "./meeting-histories.ts";

const root = mkdtempSync(join(tmpdir(), "offhook-meeting-histories-"));
after(() => rmSync(root, { recursive: true, force: true }));

function optionsFor(name: string, warnings: string[] = []): MeetingHistoriesOptions {
  const log: Logger = { ...silentLogger, warn: (_facts, message) => void warnings.push(message) };
  return { folder: join(root, name), redact: false, keep: 0, clock: createManualClock(), log };
}

type Told = Omit<MeetingOccurrence, "meeting" | "attendee" | "at">;

/** A meeting, and what happens in it to Ada. */
function aMeeting(id = newId()) {
  const meeting = {
    ...{ id, externalMeetingId: "board of Acme", mediaRegion: "us-east-1", createdAt: 0 },
    ...{ features: {}, notifications: {}, tenantIds: [], tags: [] },
  };
  const capabilities = { audio: "SendReceive", video: "None", content: "None" } as const;
  const attendee = { id: "a-1", meetingId: id, externalUserId: "+12065550111 Ada", capabilities };
  return {
    id,
    of: (type: MeetingOccurrence["type"], why?: MeetingOccurrence["why"]): MeetingOccurrence => ({
      type,
      meeting,
      at: 1,
      why,
    }),
    ada: (told: Told): MeetingOccurrence => ({ meeting, attendee, at: 2, ...told }),
  };
}

const linesIn = (options: MeetingHistoriesOptions, id: string) =>
  readFileSync(join(options.folder, `${id}.jsonl`), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

// Contract: records-meeting-histories
describe("histories of meetings", () => {
  it("have a line for all that happens, in order, for their owner only", async () => {
    const options = optionsFor("whole");
    const { id, of, ada } = aMeeting();
    const histories = await createMeetingHistories(options);
    histories.add(of("chime:MeetingStarted"));
    histories.add(ada({ type: "chime:AttendeeAdded" }));
    histories.add(ada({ type: "chime:AttendeeJoined", by: "telephone", transactionId: "t-1" }));
    assert.ok(histories.openFiles() > 0);
    await new Promise((resolve) => setImmediate(resolve));
    histories.add(ada({ type: "offhook:AttendeeMuted", by: "telephone", why: "room" }));
    histories.add(of("chime:MeetingEnded", "deleted"));
    await histories.close();

    const who = { attendeeId: "a-1", externalUserId: "+12065550111 Ada" };
    assert.equal(histories.openFiles(), 0);
    assert.deepEqual(linesIn(options, id), [
      {
        ...{ format: "offhook meeting history", version: 1, redacted: false, at: 1, eventType: "chime:MeetingStarted" },
        ...{ meetingId: id, mediaRegion: "us-east-1", externalMeetingId: "board of Acme" },
      },
      { at: 2, eventType: "chime:AttendeeAdded", meetingId: id, ...who },
      { at: 2, eventType: "chime:AttendeeJoined", meetingId: id, ...who, by: "telephone", transactionId: "t-1" },
      { at: 2, eventType: "offhook:AttendeeMuted", meetingId: id, ...who, by: "telephone", why: "room" },
      { at: 1, eventType: "chime:MeetingEnded", meetingId: id, why: "deleted" },
    ]);
    assert.equal(statSync(join(options.folder, `${id}.jsonl`)).mode & 0o777, 0o600);
  });

  it("go on in the same file after a restart", async () => {
    const options = optionsFor("restart");
    const { id, of } = aMeeting();
    for (const type of ["chime:MeetingStarted", "chime:MeetingEnded"] as const) {
      const histories = await createMeetingHistories(options);
      histories.add(of(type));
      await histories.close();
    }

    assert.deepEqual(
      linesIn(options, id).map(({ eventType }) => eventType),
      ["chime:MeetingStarted", "chime:MeetingEnded"],
    );
  });

  it("have stand-ins for names where they are redacted, the same for the same", async () => {
    const options = { ...optionsFor("redacted"), redact: true };
    const { id, of, ada } = aMeeting();
    const histories = await createMeetingHistories(options);
    histories.add(of("chime:MeetingStarted"));
    histories.add(ada({ type: "chime:AttendeeJoined", by: "browser" }));
    histories.add(ada({ type: "chime:AttendeeLeft", by: "browser" }));
    await histories.close();

    const [first, joined, left] = linesIn(options, id);
    assert.doesNotMatch(JSON.stringify([first, joined, left]), /Ada|Acme|2065550111/);
    assert.deepEqual([first?.["redacted"], joined?.["attendeeId"]], [true, "a-1"]);
    assert.equal(joined?.["externalUserId"], left?.["externalUserId"]);
    assert.notEqual(joined?.["externalUserId"], first?.["externalMeetingId"]);
  });

  it("are as many as are wanted; the oldest go, and none of a meeting that goes on", async () => {
    const options = { ...optionsFor("many"), keep: 2 };
    const before = await createMeetingHistories(options);
    const live = aMeeting();
    before.add(live.of("chime:MeetingStarted"));
    for (let count = 0; count < 5; count += 1) {
      const { of } = aMeeting();
      before.add(of("chime:MeetingStarted"));
      before.add(of("chime:MeetingEnded", "deleted"));
    }
    await before.close();
    assert.ok(readdirSync(options.folder).includes(`${live.id}.jsonl`));
    const histories = await createMeetingHistories(options);
    await histories.close();

    assert.equal(readdirSync(options.folder).length, 2);
  });

  it("end where a file is full: somebody may mute and unmute for hours", async () => {
    const warnings: string[] = [];
    const options = optionsFor("full", warnings);
    const { id, ada } = aMeeting();
    const histories = await createMeetingHistories(options);
    histories.add(ada({ type: "chime:AttendeeJoined" }));
    await histories.close();
    const path = join(options.folder, `${id}.jsonl`);
    truncateSync(path, 5 * 1_048_576);
    const again = await createMeetingHistories(options);
    for (let count = 0; count < 3; count += 1) {
      again.add(ada({ type: "offhook:AttendeeMuted" }));
      await again.close();
    }

    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", /is full/);
    assert.ok(statSync(path).size < 5 * 1_048_576 + 300);
  });

  it("cost a line of the log where nothing can be written, and no more memory than is bounded", async () => {
    const warnings: string[] = [];
    const options = optionsFor("blocked/by/a/file", warnings);
    writeFileSync(join(root, "blocked"), "");
    const histories = await createMeetingHistories(options);
    const { ada } = aMeeting();
    for (let count = 0; count < 40_000; count += 1) histories.add(ada({ type: "offhook:AttendeeMuted" }));
    await histories.close();

    assert.deepEqual([warnings.length, histories.openFiles()], [1, 0]);
  });
});
