import { createHash } from "node:crypto";
import { quote, type SipHeader } from "../../sip-syntax/index.ts";
import type { DigestChallenge, DigestHash } from "./challenge.ts";

/** Who we are to those who ask. */
export interface DigestAccount {
  readonly username: string;
  readonly password: string;
}

/** The request that is answered for. */
export interface DigestRequest {
  readonly method: string;
  /** Request-URI as sent. */
  readonly uri: string;
}

/** How a nonce is used in one request. */
export interface NonceUse {
  readonly cnonce: string;
  /** From 1. */
  readonly count: number;
}

/** How a response is made from the key of an account. */
export interface DigestForm {
  readonly nonce: string;
  readonly hash: DigestHash;
  /** Whether qop is "auth"; else there is none, as in RFC 2069. */
  readonly hasQop: boolean;
  /** Whether the key is made of the nonce and cnonce too ("-sess"). */
  readonly isSession: boolean;
}

/** What a digest takes of the password: the hash of user name, realm and password. RFC 7616 §3.4.2 */
export function accountKey(hash: DigestHash, { username, password }: DigestAccount, realm: string): string {
  return hashOf(hash, username, realm, password);
}

/** The `response` of credentials: 32 or 64 hexadecimal digits. RFC 7616 §3.4.1; without qop RFC 2617 §3.2.2.1
 * @param account what `accountKey` gives
 * @param use with the count as it is written */
export function responseFrom(
  account: string,
  { nonce, hash, hasQop, isSession }: DigestForm,
  { method, uri }: DigestRequest,
  { cnonce, nc }: { readonly cnonce: string; readonly nc: string },
): string {
  const key = isSession ? hashOf(hash, account, nonce, cnonce) : account;
  const request = hashOf(hash, method, uri);
  return hasQop ? hashOf(hash, key, nonce, nc, cnonce, "auth", request) : hashOf(hash, key, nonce, request);
}

/** The `response` to a challenge. */
export function digestResponse(
  challenge: DigestChallenge,
  account: DigestAccount,
  request: DigestRequest,
  use: NonceUse,
): string {
  const key = accountKey(challenge.hash, account, challenge.realm);
  return responseFrom(key, challenge, request, { cnonce: use.cnonce, nc: printCount(use.count) });
}

function hashOf(hash: DigestHash, ...parts: readonly string[]): string {
  return createHash(hash).update(parts.join(":"), "utf8").digest("hex");
}

/** The header with the credentials. RFC 3261 §20.7, §20.28, RFC 7616 §3.4 */
export function authorizationHeader(
  challenge: DigestChallenge,
  account: DigestAccount,
  request: DigestRequest,
  use: NonceUse,
): SipHeader {
  const { by, realm, nonce, algorithm, opaque, hasQop } = challenge;
  const parts = [
    `username=${quote(account.username)}`,
    `realm=${quote(realm)}`,
    `nonce=${quote(nonce)}`,
    `uri=${quote(request.uri)}`,
    `response="${digestResponse(challenge, account, request, use)}"`,
    ...(algorithm === undefined ? [] : [`algorithm=${algorithm}`]),
    ...(opaque === undefined ? [] : [`opaque=${quote(opaque)}`]),
    ...(hasQop ? ["qop=auth", `nc=${printCount(use.count)}`, `cnonce=${quote(use.cnonce)}`] : []),
  ];
  return { name: by === "proxy" ? "Proxy-Authorization" : "Authorization", value: `Digest ${parts.join(", ")}` };
}

function printCount(count: number): string {
  return count.toString(16).padStart(8, "0");
}
