import { readdirSync, readFileSync } from "node:fs";

/** Open files and sockets of this process, and how many the system allows. */
export interface Descriptors {
  /** undefined: the system does not tell, or allows any number. */
  readonly limit: number | undefined;
  open(): number;
}

/** RTP and RTCP of a leg, of a second one in a bridge, a recording and what reads or stores it. */
export const descriptorsPerCall = 6;
/** Sockets that a call opens as it comes. */
export const descriptorsAtOnce = 2;
/** Kept free for threads and processes that start, files of prompts, and requests of the API; with fewer, calls would fail half way. */
export const keptFree = 64;

/** Reads the limit; Linux only. */
export function readDescriptors(): Descriptors {
  return { limit: readLimit(), open: () => readdirSync("/proc/self/fd").length };
}

function readLimit(): number | undefined {
  try {
    const soft = /^Max open files +(\d+)/m.exec(readFileSync("/proc/self/limits", "latin1"))?.[1];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

/** The warning at start when the system allows fewer descriptors than this many calls need; undefined when it allows enough. */
export function whyTooFewDescriptors({ limit, open }: Descriptors, maxCalls: number): string | undefined {
  if (limit === undefined) return undefined;
  const base = open() + keptFree;
  const needed = base + maxCalls * descriptorsPerCall;
  if (limit >= needed) return undefined;
  const room = Math.max(0, Math.floor((limit - base) / descriptorsAtOnce));
  return (
    `limits.maxCalls of ${maxCalls} needs up to ${needed} open files and sockets, and the system allows ${limit}: ` +
    `raise it to ${needed} (ulimit -n, or LimitNOFILE of systemd), or calls from about the ${room + 1}th on are refused with 503`
  );
}
