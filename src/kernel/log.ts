import { createRequire } from "node:module";
import type * as Pino from "pino";
import { openByteSink } from "./byte-sink.ts";
import { systemClock } from "./clock.ts";
import { createLineWriter, type LineWriter } from "./line-writer.ts";

const require = createRequire(import.meta.url);

/** Structured log: an object of facts, then a sentence. The shape is pino's. */
export interface Logger {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
  /** A logger that adds `facts` to each line. */
  child(facts: object): Logger;
}

/** One of pino's levels. */
export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** A logger that makes one line of JSON of each entry and hands it to `write`. */
export function createLogger({ level, write }: { level: LogLevel; write: (line: string) => void }): Logger {
  // Loaded at its first use: threads, which need much else of this room, have no log of their own, and each would take 9 MB for it.
  const { pino } = require("pino") as typeof Pino;
  return pino(
    { level, base: null, serializers: { fact: hideSecrets, input: hideSecrets, state: hideSecrets } },
    { write },
  );
}

/** Members by which one takes part in a meeting. */
const secret = /^(?:x-chime-)?join-?token$/i;

/** What is told of a call, without what opens something. */
function hideSecrets(value: unknown): unknown {
  const hide = (name: string, inner: unknown): unknown =>
    secret.test(name) && typeof inner === "string" ? "(hidden)" : inner;
  return JSON.parse(JSON.stringify(value, hide) ?? "null");
}

/** A logger to standard output. When that is full, slow or closed, lines are dropped, and a later line says how many. `writer.close()` before the
 * process ends. */
export function openProcessLog(level: LogLevel): { readonly log: Logger; readonly writer: LineWriter } {
  const writer = openStandardOutput(({ lines, cause, durationMs }) =>
    log.warn(
      { lines, cause, durationMs: Math.round(durationMs) },
      `the log could not be written for a while; ${lines} lines were dropped`,
    ),
  );
  const log = createLogger({ level, write: writer.write.bind(writer) });
  return { log, writer };
}

/** Writes lines to standard output without ever blocking, even when that is paused, full, slow or closed. `onRoomAgain` gets what was dropped.
 * `close()` before the process ends. */
export function openStandardOutput(
  onRoomAgain: (lost: { readonly lines: number; readonly cause: string; readonly durationMs: number }) => void,
): LineWriter {
  return createLineWriter({
    sink: openByteSink(1),
    clock: systemClock,
    onRoomAgain: ({ cause, ...lost }) => onRoomAgain({ ...lost, cause: cause ?? "slow reader" }),
  });
}

/** A logger that drops everything. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};
