import { open, type FileHandle } from "node:fs/promises";
import { refusedFormat } from "../ladder/refused-calls.ts";
import type { LadderLine } from "../ladder/ladder-line.ts";
import { parseObject } from "../read-history.ts";
import type { PastCall } from "./types.ts";

/** What is read of a file, bytes: of its beginning at first and at most, and of its end. */
const headBytes = 16_384;
const longestHead = 1_048_576;
const tailBytes = 65_536;

/** The call of the ladder of a refused call, by its first line and its last ones; undefined: the file is none.
 * Rejects with what the system says, and with HISTORY_MALFORMED. */
export async function summarizeRefusedFile(path: string, sizeBytes: number): Promise<PastCall | undefined> {
  const file = await open(path, "r");
  try {
    const head = await readHead(file, sizeBytes);
    if (head === undefined) return undefined;
    const first = parseObject(head, 1);
    const from = Math.max(Buffer.byteLength(head) + 1, sizeBytes - tailBytes);
    const tail = await readPart(file, from, sizeBytes - from);
    return first["format"] === refusedFormat.format ? summarizeRefused(first, tail) : undefined;
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
