import { pino } from "pino";
import { openByteSink } from "./byte-sink.ts";
import { systemClock } from "./clock.ts";
import { createLineWriter, type LineWriter } from "./line-writer.ts";

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
  return pino({ level, base: null }, { write });
}

/** A logger to standard output, which may be full, slow or gone: lines are dropped then, and one tells how many when there is room
 * again. `writer.close()` before the process ends. */
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

/** Lines to standard output, which may be held, full, slow or gone, without ever making anybody wait. `onRoomAgain` is told what was
 * dropped. `close()` before the process ends. */
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
