import { createHash } from "node:crypto";
import { quote, type SipHeader } from "../../sip-syntax/index.ts";
import type { DigestChallenge } from "./challenge.ts";

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

/** The `response` of credentials: 32 or 64 hexadecimal digits. RFC 7616 §3.4.1; without qop RFC 2617 §3.2.2.1 */
export function digestResponse(
  challenge: DigestChallenge,
  { username, password }: DigestAccount,
  { method, uri }: DigestRequest,
  use: NonceUse,
): string {
  const { realm, nonce, hash, hasQop, isSession } = challenge;
  const digest = (...parts: readonly string[]) => createHash(hash).update(parts.join(":"), "utf8").digest("hex");
  const account = digest(username, realm, password);
  const key = isSession ? digest(account, nonce, use.cnonce) : account;
  const request = digest(method, uri);
  if (!hasQop) return digest(key, nonce, request);
  return digest(key, nonce, printCount(use.count), use.cnonce, "auth", request);
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
