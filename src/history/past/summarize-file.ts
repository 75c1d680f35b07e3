import { open, type FileHandle } from "node:fs/promises";
import type { History, RecordedStep } from "../format.ts";
import { refusedFormat } from "../ladder/refused-calls.ts";
import type { LadderLine } from "../ladder/ladder-line.ts";
import { formatName } from "../format.ts";
import { parseObject } from "../read-history.ts";
import { describeEnd, describeStart, isEnd } from "./describe-history.ts";
import type { PastCall } from "./types.ts";

/** What is read of a file, bytes: of its beginning at first and at most, and of its end. */
const headBytes = 16_384;
const longestHead = 1_048_576;
const tailBytes = 65_536;

/** The call of a history, or of the ladder of a refused call, by its first line and its last ones; undefined: the file is neither.
 * Rejects with what the system says, and with HISTORY_MALFORMED. */
export async function summarizeFile(path: string, sizeBytes: number): Promise<PastCall | undefined> {
  const file = await open(path, "r");
  try {
    const head = await readHead(file, sizeBytes);
    if (head === undefined) return undefined;
    const first = parseObject(head, 1);
    const from = Math.max(Buffer.byteLength(head) + 1, sizeBytes - tailBytes);
    const tail = await readPart(file, from, sizeBytes - from);
    if (first["format"] === refusedFormat.format) return summarizeRefused(first, tail);
    return first["format"] === formatName ? summarizeHistory(first, tail) : undefined;
  } finally {
    await file.close();
  }
}

/** The first line; undefined when it is too long or not whole. */
async function readHead(file: FileHandle, sizeBytes: number): Promise<string | undefined> {
  for (let length = headBytes; ; length *= 8) {
    const text = await readPart(file, 0, Math.min(length, sizeBytes));
    const end = text.indexOf("\n");
    if (end >= 0) return text.slice(0, end);
    if (length >= sizeBytes || length >= longestHead) return undefined;
  }
}

async function readPart(file: FileHandle, from: number, length: number): Promise<string> {
  if (length <= 0) return "";
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, from);
  return buffer.toString("utf8", 0, bytesRead);
}

function summarizeHistory({ call, redacted }: Readonly<Record<string, unknown>>, tail: string): PastCall {
  const end = findEnd(tail);
  return {
    ...describeStart(call as History["call"]),
    ...(end === undefined ? {} : describeEnd(end)),
    isRedacted: redacted === true,
  };
}

/** A step as it stands in a file: what is empty is left out. */
type PrintedStep = Pick<RecordedStep, "input"> & Partial<Pick<RecordedStep, "effects" | "broke">>;

/** The step that ended the call, from the end on: behind it are only how its audio was and its last messages. */
function findEnd(tail: string): Pick<RecordedStep, "input" | "effects" | "broke"> | undefined {
  const lines = tail.split("\n");
  for (let at = lines.length - 2; at >= 0; at -= 1) {
    const line = lines[at] ?? "";
    // A line whose begin is not in what was read is none.
    if (!line.startsWith('{"input":')) continue;
    const { input, effects = [], broke = false } = parseObject(line, at) as unknown as PrintedStep;
    return broke || effects.some(isEnd) ? { input, effects, broke } : undefined;
  }
  return undefined;
}

const fromField = /^(?:From|f)[ \t]*:[^\r\n<]{0,200}<?(sips?:[^>;\s]{1,200})/im;

function summarizeRefused({ id, redacted }: Readonly<Record<string, unknown>>, text: string): PastCall | undefined {
  const lines = text.split("\n").filter((line) => line.startsWith('{"at":'));
  const [first, ...others] = lines.map((line, index) => parseObject(line, index + 2) as unknown as LadderLine);
  if (first === undefined) return undefined;
  const all = [first, ...others];
  const invite = all.flatMap((line) => ("sip" in line && line.sip.direction === "received" ? [line.sip] : []))[0];
  const refusal = all.flatMap((line) => ("refused" in line ? [line] : [])).at(-1);
  const [, to] = invite?.startLine.split(" ") ?? [];
  const from = invite?.text === undefined ? undefined : fromField.exec(invite.text)?.[1];
  return {
    ...{ id: String(id), state: "refused", startedAt: first.at, direction: "Inbound", isRedacted: redacted === true },
    ...(to === undefined ? {} : { to }),
    ...(from === undefined ? {} : { from }),
    ...(refusal === undefined ? {} : { endedAt: refusal.at, endType: refusal.refused.cause }),
    ...(refusal?.refused.why === undefined ? {} : { cause: refusal.refused.why }),
  };
}
