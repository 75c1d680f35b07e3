import type { SipHeader } from "../../sip-syntax/index.ts";
import { mostRealms, type DigestChallenge } from "./challenge.ts";
import { authorizationHeader, type DigestAccount, type DigestRequest } from "./response.ts";

/** A nonce that we use, as plain data. */
export interface KeptNonce {
  readonly challenge: DigestChallenge;
  /** The same for all requests with this nonce. */
  readonly cnonce: string;
  /** In how many requests it was used. */
  readonly count: number;
}

/** The nonces of an account, one for each realm and kind of server. */
export type KeptNonces = readonly KeptNonce[];

/** The credentials of one request. */
export interface Authorization {
  readonly headers: readonly SipHeader[];
  /** Nonces in them. */
  readonly nonces: readonly string[];
}

/** Keeps the nonces of challenges. A known one is counted on; a new one takes the place of that of its realm, or of the oldest.
 * @param newCnonce makes the client's own part */
export function keepNonces(
  kept: KeptNonces,
  challenges: readonly DigestChallenge[],
  newCnonce: () => string,
): KeptNonces {
  return challenges.reduce<KeptNonces>((before, challenge) => {
    const found = before.find((one) => isOfOneServer(one.challenge, challenge));
    if (found?.challenge.nonce === challenge.nonce) return before;
    const others = before.filter((one) => one !== found);
    return [...others, { challenge, cnonce: newCnonce(), count: 0 }].slice(-mostRealms);
  }, kept);
}

/** The credentials of a request for all nonces that are kept, each counted up. */
export function authorize(
  kept: KeptNonces,
  account: DigestAccount,
  request: DigestRequest,
): readonly [kept: KeptNonces, authorization: Authorization] {
  const used = kept.map((one) => ({ ...one, count: one.count + 1 }));
  const headers = used.map(({ challenge, cnonce, count }) =>
    authorizationHeader(challenge, account, request, { cnonce, count }),
  );
  return [used, { headers, nonces: used.map(({ challenge }) => challenge.nonce) }];
}

function isOfOneServer(one: DigestChallenge, other: DigestChallenge): boolean {
  return one.by === other.by && one.realm === other.realm;
}
