import { parseChallenges, type Challenge, type SipMessage } from "../../sip-syntax/index.ts";

/** A hash function of digest authentication, by the name that Node has for it. RFC 8760 §2.1 */
export type DigestHash = "md5" | "sha256" | "sha512-256";

/** A challenge that we can answer. RFC 7616 §3.3 */
export interface DigestChallenge {
  /** Who asks: a server that ends the request (401), or one on its way (407). */
  readonly by: "user-agent" | "proxy";
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  /** As it stood; undefined: MD5, and the credentials name none either. */
  readonly algorithm: string | undefined;
  readonly hash: DigestHash;
  /** Whether the key is made of the first nonce and cnonce ("-sess"). */
  readonly isSession: boolean;
  /** Whether qop is "auth"; else there is none, as in RFC 2069. */
  readonly hasQop: boolean;
  /** Only the nonce was too old: the password may be right. */
  readonly isStale: boolean;
}

/** What a 401 or 407 asks for. */
export interface ChallengeReading {
  /** One for each realm, the strongest that we know. Empty: none can be answered. */
  readonly challenges: readonly DigestChallenge[];
  /** Why others cannot be answered, for people. */
  readonly reasons: readonly string[];
}

/** Weakest first. */
const hashes: readonly DigestHash[] = ["md5", "sha256", "sha512-256"];
const algorithms: Readonly<Record<string, DigestHash>> = {
  md5: "md5",
  "sha-256": "sha256",
  "sha-512-256": "sha512-256",
};
const sessionSuffix = "-sess";

const mostFields = 16;
/** Most realms that one request carries credentials for. */
export const mostRealms = 4;

/** The challenges of a 401 or 407; none in any other response. RFC 3261 §22.2, §22.3, RFC 8760 §2.4 */
export function readChallenges(response: SipMessage): ChallengeReading {
  if (response.status !== 401 && response.status !== 407) return { challenges: [], reasons: [] };
  const by = response.status === 401 ? "user-agent" : "proxy";
  const key = by === "proxy" ? "proxy-authenticate" : "www-authenticate";
  const fields = response.fields.filter((field) => field.key === key).slice(0, mostFields);
  const read = fields.flatMap(({ value }): readonly (DigestChallenge | string)[] => {
    const challenges = parseChallenges(value);
    return challenges?.map((challenge) => readChallenge(challenge, by)) ?? ["the challenge is malformed"];
  });
  if (read.length === 0) return { challenges: [], reasons: [`the ${response.status} has no challenge`] };
  return {
    challenges: strongest(read.filter((one) => typeof one !== "string")),
    reasons: read.filter((one) => typeof one === "string"),
  };
}

/** The challenge, or why it cannot be answered. */
function readChallenge({ scheme, parameters }: Challenge, by: DigestChallenge["by"]): DigestChallenge | string {
  if (scheme !== "digest") return `the scheme "${shown(scheme)}" is not known; Digest is`;
  const [realm, nonce, algorithm] = ["realm", "nonce", "algorithm"].map((name) => parameters.get(name));
  if (realm === undefined || nonce === undefined) return "the challenge lacks a realm or a nonce";
  const name = algorithm?.toLowerCase() ?? "md5";
  const known = algorithmOf(name);
  if (known === undefined) return `the algorithm "${shown(name)}" is not known; MD5, SHA-256 and SHA-512-256 are`;
  const { hash, isSession } = known;
  const qops = wordsOf(parameters.get("qop") ?? "");
  const hasQop = qops.includes("auth");
  if (!hasQop && qops.length > 0) return `the qop "${shown(qops.join(","))}" is not supported; auth is`;
  if (isSession && !hasQop) return `the algorithm "${name}" needs qop, and the challenge has none`;
  const isStale = parameters.get("stale")?.toLowerCase() === "true";
  return { by, realm, nonce, opaque: parameters.get("opaque"), algorithm, hash, isSession, hasQop, isStale };
}

/** The hash that an algorithm is made with, by its name in any case; undefined: it is not known. RFC 7616 §6.1 */
export function algorithmOf(name: string): Pick<DigestChallenge, "hash" | "isSession"> | undefined {
  const word = name.toLowerCase();
  const isSession = word.endsWith(sessionSuffix);
  const hash = algorithms[isSession ? word.slice(0, -sessionSuffix.length) : word];
  return hash === undefined ? undefined : { hash, isSession };
}

/** The strongest of each realm; of equal ones the first. */
function strongest(challenges: readonly DigestChallenge[]): readonly DigestChallenge[] {
  const byRealm = new Map<string, DigestChallenge>();
  for (const challenge of challenges) {
    const best = byRealm.get(challenge.realm);
    const isStronger = best === undefined || hashes.indexOf(challenge.hash) > hashes.indexOf(best.hash);
    if (isStronger && (best !== undefined || byRealm.size < mostRealms)) byRealm.set(challenge.realm, challenge);
  }
  return [...byRealm.values()];
}

function wordsOf(list: string): readonly string[] {
  const words = list.split(",").map((word) => word.trim().toLowerCase());
  return words.filter((word) => word !== "");
}

function shown(text: string): string {
  return text.slice(0, 40);
}
