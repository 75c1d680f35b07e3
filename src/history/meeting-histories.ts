import { appendFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { MeetingOccurrence } from "../meetings/index.ts";
import { openHistoryFolder, type FolderOptions } from "./history-folder.ts";
import { createValueRedactor } from "./redact-value.ts";
import { createStandIns } from "./stand-ins.ts";

export interface MeetingHistoriesOptions extends FolderOptions {
  /** Put stand-ins in place of the names of meetings and attendees. */
  readonly redact: boolean;
}

/** Keeps what happens in meetings, one file each, one JSON object a line: `<folder>/<meeting>.jsonl`. A file goes on after a restart, as its meeting
 * does. Contract: records-meeting-histories */
export interface MeetingHistories {
  /** Never throws, and waits for nothing. */
  add(occurrence: MeetingOccurrence): void;
  /** Files to which something is still to be written. */
  openFiles(): number;
  /** Waits until all is written. Never rejects. */
  close(): Promise<void>;
}

/** What the first line of a meeting says it is. */
const head = { format: "offhook meeting history", version: 1 } as const;
/** A file takes no more than this: clients mute and unmute as often as they like. */
const longestFileBytes = 4 * 1_048_576;
/** Most bytes that wait for a slow disk; what comes then is lost. */
const longestBacklogBytes = 4 * 1_048_576;

/** A meeting that something was told of, until it has ended. */
interface KeptMeeting {
  /** As it is in the file. */
  name(text: string): string;
  /** Of its file; undefined: nobody has looked yet. */
  sizeBytes: number | undefined;
}

/** Makes the folder, removes the oldest files, and keeps what is told from now on. Failures are logged. */
export async function createMeetingHistories(options: MeetingHistoriesOptions): Promise<MeetingHistories> {
  const { folder, redact } = options;
  const meetings = new Map<string, KeptMeeting>();
  /** Lines that are not written yet, by the path of their file. */
  const waiting = new Map<string, { readonly meeting: KeptMeeting; text: string }>();
  let backlogBytes = 0;
  let running: Promise<void> | undefined;
  const files = await openHistoryFolder(options, () => [...meetings.keys(), ...waiting.keys()]);
  const failed = "the history of a meeting could not be written";

  const meetingAt = (path: string): KeptMeeting => {
    const known = meetings.get(path);
    if (known !== undefined) return known;
    const redactor = redact ? createValueRedactor(createStandIns(), () => false) : undefined;
    const meeting = { name: (text: string) => redactor?.text(text) ?? text, sizeBytes: undefined };
    meetings.set(path, meeting);
    files.made();
    return meeting;
  };
  const run = async () => {
    for (let next = first(waiting); next !== undefined; next = first(waiting)) {
      const [path, { meeting, text }] = next;
      waiting.delete(path);
      await write(path, meeting, text).catch((error: unknown) => files.tell(failed, error));
      backlogBytes -= text.length;
    }
    running = undefined;
  };
  return {
    add(occurrence) {
      const path = join(folder, `${occurrence.meeting.id}.jsonl`);
      const meeting = meetingAt(path);
      if (occurrence.type === "chime:MeetingEnded") meetings.delete(path);
      if ((meeting.sizeBytes ?? 0) > longestFileBytes) return files.tell(failed, new Error(`${path} is full`));
      const line = `${JSON.stringify(lineOf(occurrence, meeting.name, redact))}\n`;
      if (backlogBytes + line.length > longestBacklogBytes)
        return files.tell(failed, new Error("the disk is too slow"));
      backlogBytes += line.length;
      const entry = waiting.get(path);
      if (entry === undefined) waiting.set(path, { meeting, text: line });
      else entry.text += line;
      running ??= run();
    },
    openFiles: () => waiting.size + (running === undefined ? 0 : 1),
    async close() {
      await running;
      await files.settled();
    },
  };
}

function first<Value>(map: ReadonlyMap<string, Value>): readonly [string, Value] | undefined {
  const next = map.entries().next();
  return next.done === true ? undefined : next.value;
}

/** Rejects with what the system says. */
async function write(path: string, meeting: KeptMeeting, text: string): Promise<void> {
  meeting.sizeBytes ??= await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
  await appendFile(path, text, { mode: 0o600 });
  meeting.sizeBytes += Buffer.byteLength(text);
}

function lineOf(occurrence: MeetingOccurrence, name: (text: string) => string, isRedacted: boolean): object {
  const { type, meeting, attendee, at, by, why, transactionId } = occurrence;
  const { externalMeetingId, mediaRegion } = meeting;
  const isFirst = type === "chime:MeetingStarted";
  return {
    ...(isFirst ? { ...head, redacted: isRedacted } : {}),
    at,
    eventType: type,
    meetingId: meeting.id,
    ...(isFirst ? { mediaRegion } : {}),
    ...(isFirst && externalMeetingId !== undefined ? { externalMeetingId: name(externalMeetingId) } : {}),
    ...(attendee && { attendeeId: attendee.id, externalUserId: name(attendee.externalUserId) }),
    ...(attendee && type === "chime:AttendeeCapabilitiesUpdated" ? { capabilities: attendee.capabilities } : {}),
    ...{ by, transactionId, why },
  };
}
