import type { SipTraceEntry } from "../types.ts";

/** Counts messages since the start, in words of which there are few whatever far ends send: "received INVITE", "sent INVITE 200", "sent again". */
export interface MessageCounts {
  count(entry: SipTraceEntry): void;
  all(): Readonly<Record<string, number>>;
}

const methods: ReadonlySet<string> = new Set(
  "ACK BYE CANCEL INFO INVITE MESSAGE NOTIFY OPTIONS PRACK PUBLISH REFER REGISTER SUBSCRIBE UPDATE".split(" "),
);
/** Registered with IANA; others count as 4xx and the like. */
const statuses: ReadonlySet<number> = new Set(
  [
    "100 180 181 182 183 199 200 202 204 300 301 302 305 380 400 401 402 403 404 405 406 407 408 410 412 413 414 415",
    "416 417 420 421 422 423 424 425 428 429 430 433 436 437 438 439 440 469 470 480 481 482 483 484 485 486 487 488",
    "489 491 493 494 500 501 502 503 504 505 513 555 580 600 603 604 606 607 608",
  ].flatMap((line) => line.split(" ").map(Number)),
);

/** Makes counts that are all zero. */
export function createMessageCounts(): MessageCounts {
  const counts = new Map<string, number>();
  return {
    count({ direction, method, status, isRetransmission }) {
      const words = isRetransmission ? "again" : describe(method, status);
      const name = `${direction} ${words}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    },
    all: () => Object.fromEntries(counts),
  };
}

function describe(method: string, status: number): string {
  const known = methods.has(method) ? method : "other";
  if (status === 0) return known;
  return `${known} ${statuses.has(status) ? status : `${Math.floor(status / 100)}xx`}`;
}
