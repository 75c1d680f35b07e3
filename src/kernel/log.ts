import { pino } from "pino";

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

/** A logger that makes one line of JSON of each entry. Lines go to standard output, or to `write`. */
export function createLogger(options: { level: LogLevel; write?: (line: string) => void }): Logger {
  const { level, write } = options;
  return pino({ level, base: null }, write === undefined ? pino.destination({ fd: 1, sync: false }) : { write });
}

/** A logger that drops everything. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};
