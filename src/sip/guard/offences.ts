import type { SipMessage } from "../../sip-syntax/index.ts";

/** How many points of a ban (30, of which one is forgotten every other second) each cause of a refusal is worth, when it is a stranger's. What an
 * honest far end may do by the dozen, such as messages that are malformed, counts for nothing. */
const points: Readonly<Record<string, number>> = {
  scanner: 100,
  stranger: 1,
  "too-fast": 0.5,
  "wrong-password": 3,
  "not-registered": 1,
  unauthenticated: 1,
  "no-rule": 1,
  "no-join-token": 1,
  "not-let-in": 3,
  "closed-number": 3,
  "no-dialog": 0.2,
  "no-transaction": 0.2,
};

/** The points of a cause; 0: it is none. */
export function offenceOf(cause: string): number {
  return points[cause] ?? 0;
}

/** Words by which programs that look for servers and their users call themselves. */
const scannerWords =
  /friendly-scanner|friendly-request|sipvicious|sipcli|sip-?scan|sundayddr|siparmyknife|sipptk|sivus|warvox|pplsip|iwar|masscan|zgrab|\b(?:smap|gulp|nmap)\b/i;

/** Longest text that is looked at. */
const longestName = 256;

/** Whether a request comes from a known scanner, by its User-Agent and its From. */
export function isScanner(request: SipMessage): boolean {
  const texts = [request.first("user-agent"), request.first("from")];
  return texts.some((text) => text !== undefined && scannerWords.test(text.slice(0, longestName)));
}
