import type { FailedInvocation, InvocationResult } from "../types.ts";

/** An answer of HTTP whose body was read. */
export interface HttpAnswer {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly body: string;
}

/** Statuses of a proxy whose function is not there, or has no time: another try may be taken. */
const passing: ReadonlySet<number> = new Set([408, 425, 502, 504, 520, 521, 522, 523, 524]);
/** Longest wait that an answer may ask for, milliseconds. */
const longestRetryAfterMs = 60_000;
/** Time until the next try where an answer does not say it, milliseconds. */
const usualRetryAfterMs = 300;
const shownCharacters = 60;

/** What an answer means. Any 2xx is a reply, also an empty one, about which the call decides.
 * @param who the function, for messages */
export function readAnswer(who: string, { status, header, body }: HttpAnswer, nowMs: number): InvocationResult {
  if (status >= 200 && status < 300) return readReply(who, { status, header, body });
  const failed = (reason: FailedInvocation["reason"], what: string): FailedInvocation => {
    const said = body.trim() === "" ? "" : `: ${shown(body)}`;
    return { type: "failed", reason, message: `${who} answered ${status}${what}${said}`, stack: undefined };
  };
  if (status >= 300 && status < 400) {
    const where = header("location");
    return failed(
      "refused",
      ` (a redirection${where === undefined ? "" : ` to ${shown(where)}`}, which is not followed)`,
    );
  }
  if (status === 429 || status === 503) {
    return { ...failed("throttled", ""), retryAfterMs: readRetryAfter(header("retry-after"), nowMs) };
  }
  if (status === 401 || status === 403 || status === 407) return failed("access-denied", "");
  if (status === 404 || status === 410) return failed("not-found", "");
  if (passing.has(status)) return failed("unreachable", "");
  return failed(status >= 500 ? "unhandled" : "refused", "");
}

/** An answer that is no JSON is told by what it says it is, since it often comes from a proxy or a page for browsers. */
function readReply(who: string, { status, header, body }: HttpAnswer): InvocationResult {
  const first = body.trimStart().slice(0, 1);
  if (first === "" || /[[{"\-0-9tfn]/.test(first)) return { type: "response", payload: body };
  const type = header("content-type");
  const message = `${who} answered ${status} with ${type === undefined ? "no JSON" : `${shown(type)}, not JSON`}: ${shown(body)}`;
  return { type: "failed", reason: "not-json", message, stack: undefined };
}

/** Milliseconds until the next try, from a number of seconds or a date (RFC 9110 §10.2.3), within bounds. */
export function readRetryAfter(text: string | undefined, nowMs: number): number {
  if (text === undefined) return usualRetryAfterMs;
  const ms = /^\s*\d{1,9}\s*$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), longestRetryAfterMs) : usualRetryAfterMs;
}

function shown(text: string): string {
  const line = text.slice(0, 1_000).replace(/\s+/g, " ").trim();
  return JSON.stringify(line.length > shownCharacters ? `${line.slice(0, shownCharacters)}...` : line);
}
