import { appendFile, mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errorMessage, type Clock, type Logger, type Timer } from "../kernel/index.ts";

/** What the files are written with. */
export interface LogFilesParts {
  readonly folder: string;
  /** Files of days before are deleted; undefined: all stay. */
  readonly keepDays: number | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Lines in files by group and day: `<folder>/<group>/YYYY-MM-DD.jsonl`, UTC. Nobody waits for a disk. */
export interface LogFiles {
  /** @param group such as `/aws/ChimeVoiceConnectorSipMessages/abcdef1ghij2klmno3pqr4` */
  append(group: string, line: object): void;
  /** Writes what is not written. Never rejects. */
  close(): Promise<void>;
}

/** Lines are collected for so long. */
const collectMs = 250;
/** Most characters that wait for a disk; beyond that lines are dropped. */
const mostWaiting = 8 * 1_048_576;
const dayMs = 86_400_000;
const dayFile = /^\d{4}-\d\d-\d\d\.jsonl$/;

/** Makes them. */
export function createLogFiles({ folder, keepDays, clock, log }: LogFilesParts): LogFiles {
  const waiting = new Map<string, string[]>();
  let size = 0;
  let dropped = 0;
  let isFailing = false;
  let timer: Timer | undefined;
  let running: Promise<void> = Promise.resolve();
  const tidied = new Map<string, string>();

  const fail = (error: unknown) => {
    if (!isFailing) log.warn({ err: error }, `messages are not logged: ${errorMessage(error)}`);
    isFailing = true;
  };
  const tidy = async (group: string, today: string) => {
    if (keepDays === undefined || tidied.get(group) === today) return;
    tidied.set(group, today);
    const oldest = `${dayOf(clock.now() - keepDays * dayMs)}.jsonl`;
    const names = await readdir(group);
    await Promise.all(names.filter((name) => dayFile.test(name) && name < oldest).map((name) => rm(join(group, name))));
  };
  const write = async () => {
    const some = [...waiting];
    waiting.clear();
    size = 0;
    for (const [path, lines] of some) {
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await appendFile(path, lines.join(""), { mode: 0o600 });
        await tidy(dirname(path), path.slice(-16, -6));
        isFailing = false;
      } catch (error) {
        fail(error);
      }
    }
    if (dropped > 0) log.warn({ dropped }, `${dropped} messages are not logged: the disk is too slow`);
    dropped = 0;
  };
  const flush = () => {
    timer?.cancel();
    timer = undefined;
    running = running.then(write);
    return running;
  };
  return {
    append(group, line) {
      const text = `${JSON.stringify(line)}\n`;
      if (size + text.length > mostWaiting) {
        dropped += 1;
        return;
      }
      const path = join(folder, group, `${dayOf(clock.now())}.jsonl`);
      const lines = waiting.get(path) ?? [];
      lines.push(text);
      waiting.set(path, lines);
      size += text.length;
      timer ??= clock.startTimer(collectMs, () => void flush());
    },
    close: flush,
  };
}

function dayOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}
