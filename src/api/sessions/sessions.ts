import { randomBytes, timingSafeEqual } from "node:crypto";
import type { Clock } from "../../kernel/index.ts";
import { createRateCheck } from "../rate-limits.ts";
import { refuse } from "../refuse.ts";
import type { AccessKey } from "../signature/access-keys.ts";
import { sha256 } from "../signature/sha256.ts";
import { createSignInTries } from "./sign-in-tries.ts";

/** How long a session holds, whatever is done in it. */
const lifeMs = 12 * 3_600_000;
/** Most sessions of one key at one time; the oldest goes. */
const mostOfKey = 32;
const tokenBytes = 32;

/** Somebody who has signed in with an access key, in a browser. */
export interface Session {
  readonly key: AccessKey;
  /** What requests that change something have to name beside the cookie, so that no other page can make the browser send them. */
  readonly csrfToken: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** Whether it ended since: by time, by signing out, or since its secret does not count any more. */
  isOver(): boolean;
}

/** The sessions of one API. */
export interface Sessions {
  /** Exchanges a key for a session. Throws `API_SIGN_IN_FAILED`, and `API_THROTTLED` for a source that was wrong too often. */
  begin(accessKeyId: string, secret: string, address: string): Session & { readonly token: string };
  /** undefined: there is none (any more). */
  find(token: string): Session | undefined;
  /** Counts a request. Throws `API_THROTTLED` when the key has more of them than it may have. */
  count(session: Session): void;
  end(token: string): void;
}

interface Kept extends Session {
  /** Of the secret that it began with: when that does not count any more, neither does the session. */
  readonly secretHash: string;
}

/** Makes the sessions of these keys. Tokens are kept as hashes. */
export function createSessions(keys: readonly AccessKey[], clock: Clock): Sessions {
  const byHash = new Map<string, Kept>();
  const tries = createSignInTries(clock);
  const known = new Map(
    keys.map((key) => {
      const setting = `requestsPerSecond of the access key ${key.id} in`;
      return [key.id, { key, tooMany: createRateCheck({ requestsPerSecond: key.requestsPerSecond }, clock, setting) }];
    }),
  );
  const find = (token: string) => {
    const hash = hashOf(token);
    const session = byHash.get(hash);
    if (session === undefined || holds(session, clock.now())) return session;
    byHash.delete(hash);
    return undefined;
  };
  return {
    begin(accessKeyId, secret, address) {
      const waitS = tries.wait(address);
      if (waitS !== undefined) {
        const why = `Too many sign-ins from here have failed; try again in ${waitS} seconds.`;
        throw refuse("API_THROTTLED", why, waitS);
      }
      const secretHash = hashOf(secret);
      const key = known.get(accessKeyId)?.key;
      if (key === undefined || !isSecretOf(key, secretHash)) {
        tries.failed(address);
        throw refuse("API_SIGN_IN_FAILED", "There is no access key with this id and this secret (api.keys).");
      }
      forgetOld(byHash, key, clock.now());
      const token = newToken();
      const isOver = () => find(token) === undefined;
      const session = { key, csrfToken: newToken(), expiresAt: clock.now() + lifeMs, isOver };
      byHash.set(hashOf(token), { ...session, secretHash });
      return { ...session, token };
    },
    find,
    count({ key }) {
      const why = known.get(key.id)?.tooMany("");
      if (why !== undefined) throw refuse("API_THROTTLED", why, 1);
    },
    end: (token) => void byHash.delete(hashOf(token)),
  };
}

/** Whether two texts are the same, in a time that tells nothing of them. */
export function isSameText(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(hashOf(one)), Buffer.from(hashOf(other)));
}

function holds({ key, expiresAt, secretHash }: Kept, now: number): boolean {
  return now < expiresAt && isSecretOf(key, secretHash);
}

/** All secrets are tried, so that the time tells nothing of them. */
function isSecretOf(key: AccessKey, secretHash: string): boolean {
  const given = Buffer.from(secretHash);
  return key
    .secrets()
    .map((one) => timingSafeEqual(Buffer.from(hashOf(one)), given))
    .includes(true);
}

function forgetOld(byHash: Map<string, Kept>, key: AccessKey, now: number): void {
  for (const [hash, session] of byHash) if (!holds(session, now)) byHash.delete(hash);
  const ofKey = [...byHash].filter(([, session]) => session.key.id === key.id);
  for (const [hash] of ofKey.slice(0, Math.max(0, ofKey.length - mostOfKey + 1))) byHash.delete(hash);
}

function newToken(): string {
  return randomBytes(tokenBytes).toString("base64url");
}

function hashOf(text: string): string {
  return sha256(Buffer.from(text));
}
