import { type SipHeader, type SipMessage, parseParameters } from "../../sip-syntax/index.ts";

/** Shortest session interval that we accept, seconds. RFC 4028 §4; Contract: sip-and-media-session-timer */
export const shortestSessionSeconds = 90;

/** Longest interval that we agree to, seconds: a day. */
const longestSessionSeconds = 86_400;

/** An agreed session interval. */
export interface SessionInterval {
  readonly seconds: number;
  /** Whether the refreshes are ours to send. */
  readonly isOurs: boolean;
  /** Min-SE of a 422: the shortest interval that a server on the way takes. RFC 4028 §7.3 */
  readonly smallestSeconds?: number | undefined;
}

/** The Session-Expires header, undefined when absent or malformed. */
export function readSessionExpires(
  message: SipMessage,
): { readonly seconds: number; readonly refresher: "uac" | "uas" | undefined } | undefined {
  const value = message.first("session-expires");
  if (value === undefined) return undefined;
  const seconds = /^(\d{1,9})\s*(?:;|$)/.exec(value)?.[1];
  if (seconds === undefined) return undefined;
  const refresher = parseParameters(value).get("refresher")?.toLowerCase();
  return { seconds: Number(seconds), refresher: refresher === "uac" || refresher === "uas" ? refresher : undefined };
}

/** What our 2xx to a request agrees to. */
export interface SessionAgreement {
  readonly interval: SessionInterval;
  /** Header lines of the 2xx. */
  readonly lines: string;
}

/** The interval that we answer a request with: `too-small` is a 422. If the far end does not support timers, we refresh. RFC 4028 §9, table 2 */
export function agreeAsServer(
  request: SipMessage,
): { readonly type: "none" | "too-small" } | ({ readonly type: "agreed" } & SessionAgreement) {
  const wish = readSessionExpires(request);
  if (wish === undefined) return { type: "none" };
  const peerKnowsTimers = request.lists("supported", "timer") || request.lists("require", "timer");
  if (wish.seconds < shortestSessionSeconds && peerKnowsTimers) return { type: "too-small" };
  const seconds = clampSeconds(wish.seconds);
  const isOurs = !peerKnowsTimers || wish.refresher === "uas";
  const require = isOurs ? "" : "Require: timer\r\n";
  const lines = `${require}Session-Expires: ${seconds};refresher=${isOurs ? "uas" : "uac"}\r\n`;
  return { type: "agreed", interval: { seconds, isOurs }, lines };
}

/** What the far end's 2xx to our request agreed to; undefined: no session timer. RFC 4028 §7.2 */
export function agreedAsClient(response: SipMessage): SessionInterval | undefined {
  const agreed = readSessionExpires(response);
  if (agreed === undefined) return undefined;
  return { seconds: clampSeconds(agreed.seconds), isOurs: agreed.refresher !== "uas" };
}

function clampSeconds(seconds: number): number {
  return Math.min(Math.max(seconds, shortestSessionSeconds), longestSessionSeconds);
}

/** Min-SE, seconds; undefined when absent or malformed. RFC 4028 §5 */
export function readMinSe(message: SipMessage): number | undefined {
  const seconds = /^(\d{1,9})\s*(?:;|$)/.exec(message.first("min-se") ?? "")?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}

/** The interval to ask for after a 422, seconds; undefined: asking again would come to nothing. RFC 4028 §7.3
 * @param smallest its Min-SE
 * @param asked what was asked for
 * @param before Min-SE of a 422 before, after which twice as much is asked for at least, so that no server goes on forever */
export function raisedSeconds(
  smallest: number | undefined,
  asked: number | undefined,
  before: number | undefined,
): number | undefined {
  if (smallest === undefined || smallest <= (asked ?? 0)) return undefined;
  const seconds = Math.max(smallest, (before ?? 0) * 2, shortestSessionSeconds);
  return seconds > longestSessionSeconds ? undefined : seconds;
}

/** Header lines that ask for an interval; whose the refreshes are stays as it is. RFC 4028 §7.1, §7.4 */
export function intervalHeaders({ seconds, isOurs, smallestSeconds }: SessionInterval): readonly SipHeader[] {
  const least = smallestSeconds === undefined ? [] : [{ name: "Min-SE", value: `${smallestSeconds}` }];
  return [{ name: "Session-Expires", value: `${seconds};refresher=${isOurs ? "uac" : "uas"}` }, ...least];
}

/** When the refresher refreshes: at half of the interval. RFC 4028 §7.2 */
export function refreshDelayMs(interval: SessionInterval): number {
  return interval.seconds * 500;
}

/** When the side that does not refresh ends the session: 32 s, or a third, before it ends. RFC 4028 §10 */
export function expiryDelayMs(interval: SessionInterval): number {
  return (interval.seconds - Math.min(32, interval.seconds / 3)) * 1_000;
}
