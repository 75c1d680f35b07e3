import { parseChallenges, type SipMessage } from "../../sip-syntax/index.ts";
import { algorithmOf, type DigestHash } from "./challenge.ts";

/** The credentials of a request. RFC 7616 §3.4 */
export interface DigestCredentials {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  /** Request-URI as the sender saw it. */
  readonly uri: string;
  /** Hexadecimal digits, lower case. */
  readonly response: string;
  readonly hash: DigestHash;
  readonly isSession: boolean;
  readonly hasQop: boolean;
  readonly cnonce: string;
  /** How often the nonce was used, this time included, as it is written; "" without qop, which is good for once. */
  readonly nc: string;
}

/** What a request says of its sender. */
export type CredentialsReading =
  | { readonly type: "none" } // none for this realm
  | { readonly type: "found"; readonly credentials: DigestCredentials }
  | { readonly type: "malformed"; readonly why: string };

/** Algorithms that can be offered. RFC 7616 §3.3 */
export type DigestAlgorithm = "SHA-256" | "MD5";

const hashOf: Readonly<Record<DigestAlgorithm, DigestHash>> = { "SHA-256": "sha256", MD5: "md5" };
const mostFields = 8;

/** The credentials of a request for `realm`, in Authorization or Proxy-Authorization; of several the first. Those for another realm are for
 * another server on the way. RFC 3261 §22.2, §22.3 */
export function readCredentials(
  request: SipMessage,
  realm: string,
  offered: readonly DigestAlgorithm[],
): CredentialsReading {
  const fields = request.fields
    .filter(({ key }) => key === "authorization" || key === "proxy-authorization")
    .slice(0, mostFields);
  for (const { value } of fields) {
    const [found, ...others] = parseChallenges(value) ?? [];
    if (found === undefined || others.length > 0) return malformed("they cannot be read");
    if (found.scheme !== "digest") continue;
    if (found.parameters.get("realm") === realm) return readDigest(found.parameters, realm, offered);
  }
  return { type: "none" };
}

function readDigest(
  parameters: ReadonlyMap<string, string>,
  realm: string,
  offered: readonly DigestAlgorithm[],
): CredentialsReading {
  const [username, nonce, uri, response] = ["username", "nonce", "uri", "response"].map((name) => parameters.get(name));
  if (username === undefined || nonce === undefined || uri === undefined || response === undefined)
    return malformed("username, nonce, uri or response is missing");
  const algorithm = algorithmOf(parameters.get("algorithm") ?? "MD5");
  if (algorithm === undefined || !offered.some((one) => hashOf[one] === algorithm.hash))
    return malformed(`their algorithm is none that was offered: ${offered.join(" or ")}`);
  const qop = parameters.get("qop")?.toLowerCase();
  if (qop !== undefined && qop !== "auth") return malformed(`their qop is "${qop.slice(0, 40)}"; offered was auth`);
  const [cnonce, nc] = [parameters.get("cnonce"), parameters.get("nc")];
  if (qop !== undefined && (cnonce === undefined || nc === undefined || !/^[0-9a-f]{8}$/i.test(nc)))
    return malformed("with qop they need cnonce, and nc of eight hexadecimal digits");
  if (algorithm.isSession && cnonce === undefined) return malformed("their algorithm needs a cnonce");
  return {
    type: "found",
    credentials: {
      ...{ username, realm, nonce, uri, response: response.toLowerCase(), ...algorithm },
      ...{ hasQop: qop !== undefined, cnonce: cnonce ?? "", nc: qop === undefined ? "" : (nc ?? "") },
    },
  };
}

function malformed(why: string): CredentialsReading {
  return { type: "malformed", why: `the credentials are no good: ${why}` };
}
