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

/** A logger that writes one JSON object a line to `fd` (default 1, standard output). */
export function createLogger(options: { level: LogLevel; fd?: number }): Logger {
  return pino({ level: options.level, base: null }, pino.destination({ fd: options.fd ?? 1, sync: false }));
}

/** A logger that drops everything. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};
