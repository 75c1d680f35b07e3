import { timingSafeEqual } from "node:crypto";
import { isOfBrowsers, parseSipUri, quote, type SipMessage } from "../../sip-syntax/index.ts";
import { nobody, type SipAccount } from "./account.ts";
import { readCredentials, type DigestAlgorithm, type DigestCredentials } from "./credentials.ts";
import type { NonceCounts } from "./nonce-counts.ts";
import { responseFrom } from "./response.ts";
import { nonceMs, type ServerNonces } from "./server-nonces.ts";

/** Whether a request is of who it says. */
export type Verification =
  | { readonly type: "none" } // it has no credentials for us
  | { readonly type: "malformed"; readonly why: string }
  /** The password is right; the nonce is too old, of an earlier run of this server, or was used before. */
  | { readonly type: "stale" }
  | { readonly type: "wrong"; readonly why: string }
  | { readonly type: "right"; readonly account: SipAccount };

/** What credentials are verified with. */
export interface Verifier {
  readonly realm: string;
  /** Those that are offered, the preferred first. */
  readonly algorithms: readonly DigestAlgorithm[];
  readonly nonces: ServerNonces;
  readonly counts: NonceCounts;
  /** The accounts that a user name means: one that has it, or several that have it as their number. */
  readonly find: (username: string) => readonly SipAccount[];
}

/** Most accounts with one number whose passwords are tried. */
const mostAccounts = 8;

/** Verifies the credentials of a request. RFC 3261 §22.1, RFC 7616 §3.4.6, §3.3 (stale)
 * @param nowMs of the clock that its nonces are made by */
export function verifyRequest(request: SipMessage, verifier: Verifier, nowMs: number): Verification {
  const reading = readCredentials(request, verifier.realm, verifier.algorithms);
  if (reading.type !== "found") return reading;
  const { credentials } = reading;
  if (!isOfRequest(credentials, request))
    return { type: "malformed", why: `the credentials are for ${credentials.uri.slice(0, 200)}, which is not called` };
  const [first = nobody, ...others] = verifier.find(credentials.username).slice(0, mostAccounts);
  const account = [first, ...others].find((one) => !one.needsPassword || isAnswer(credentials, request.method, one));
  if (account === undefined || account === nobody) return { type: "wrong", why: whyWrong(credentials) };
  if (!account.needsPassword) return { type: "right", account };
  const madeAtMs = verifier.nonces.madeAt(credentials.nonce);
  if (madeAtMs === undefined || nowMs - madeAtMs > nonceMs) return { type: "stale" };
  verifier.counts.forget(nowMs - nonceMs);
  const count = credentials.hasQop ? parseInt(credentials.nc, 16) : 1;
  return verifier.counts.take(credentials.nonce, madeAtMs, count) ? { type: "right", account } : { type: "stale" };
}

/** The challenges of the 401 to a request, as header lines. RFC 3261 §20.44, RFC 8760 §2.3 */
export function challengeLines(
  request: SipMessage,
  { realm, nonces, algorithms }: Verifier,
  nowMs: number,
  isStale: boolean,
): string {
  const nonce = nonces.make(nowMs);
  return offeredTo(request, algorithms)
    .map((algorithm) => {
      const stale = isStale ? ", stale=true" : "";
      return `WWW-Authenticate: Digest realm=${quote(realm)}, nonce="${nonce}", algorithm=${algorithm}, qop="auth"${stale}\r\n`;
    })
    .join("");
}

/** User agents that give up at a challenge with an algorithm that they do not know, even where one that they know stands beside it. */
const knowOnlyMd5 = /\bbaresip\b/i;

/** JsSIP and SIP.js know MD5 alone, and look at the last challenge only; pages give them other names. */
function knowsOnlyMd5(request: SipMessage): boolean {
  return knowOnlyMd5.test(request.first("user-agent") ?? "") || isOfBrowsers(request.via?.transport);
}

function offeredTo(request: SipMessage, algorithms: readonly DigestAlgorithm[]): readonly DigestAlgorithm[] {
  const isLimited = algorithms.includes("MD5") && knowsOnlyMd5(request);
  return isLimited ? ["MD5"] : algorithms;
}

/** Whether the URI of credentials is that of the request, however a sender or a server on the way wrote it; some name the server alone, whoever is
 * called (SIPp, and what was made after it). A nonce is good for one request in any case. RFC 7616 §3.4.6 */
function isOfRequest({ uri }: DigestCredentials, { requestUri }: SipMessage): boolean {
  if (uri === requestUri) return true;
  const [one, other] = [parseSipUri(uri), parseSipUri(requestUri)];
  if (one === undefined || other === undefined) return false;
  return (one.user === other.user || one.user === "") && one.host === other.host;
}

function isAnswer(credentials: DigestCredentials, method: string, account: SipAccount): boolean {
  const { hash, realm, username, uri, response } = credentials;
  const expected = Buffer.from(
    responseFrom(account.keyFor(hash, realm, username), credentials, { method, uri }, credentials),
  );
  const given = Buffer.from(response);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** The same for a wrong password and for a name that nobody has. */
function whyWrong({ username }: DigestCredentials): string {
  return `no account has the name ${JSON.stringify(username.slice(0, 64))} and this password`;
}
