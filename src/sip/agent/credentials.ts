import type { SipMessage } from "../../sip-syntax/index.ts";
import { readChallenges, type ChallengeReading } from "../digest/challenge.ts";
import { authorize, keepNonces, type Authorization, type KeptNonces } from "../digest/nonces.ts";
import type { DigestAccount, DigestRequest } from "../digest/response.ts";
import { newCnonce } from "../random.ts";
import { assertLine } from "./assertions.ts";

/** An account at a trunk, with the nonces that its servers gave: what is sent next has credentials from the start. The password is in no property,
 * so that nothing prints it. */
export class SipCredentials {
  readonly #account: DigestAccount;
  #kept: KeptNonces = [];

  /** Throws SIP_BAD_HEADER for a user name with a control character. */
  constructor(account: DigestAccount) {
    assertLine("Authorization", account.username);
    this.#account = account;
  }

  /** The credentials of a request that is sent now. */
  authorize(request: DigestRequest): Authorization {
    const [kept, authorization] = authorize(this.#kept, this.#account, request);
    this.#kept = kept;
    return authorization;
  }

  /** Reads the challenges of a response to a request that had `sent`, and keeps their nonces. */
  learn(response: SipMessage, sent: Authorization): ChallengeReading {
    const reading = readChallenges(response);
    const { challenges, reasons } = reading;
    if (challenges.some(({ nonce }) => sent.nonces.includes(nonce)))
      return {
        challenges: [],
        reasons: ["user name or password are wrong: the credentials for this nonce were refused"],
      };
    this.#kept = keepNonces(this.#kept, challenges, newCnonce);
    return { challenges, reasons };
  }
}

/** Of a request without credentials. */
export const noAuthorization: Authorization = { headers: [], nonces: [] };

/** What a response to a request that had `sent` asks for; nothing without credentials. */
export function readChallengesFor(
  credentials: SipCredentials | undefined,
  response: SipMessage,
  sent: Authorization,
): ChallengeReading {
  return credentials?.learn(response, sent) ?? { challenges: [], reasons: [] };
}

/** Why a 401 or 407 was the end of a request, for people. */
export function whyNotAnswered(
  credentials: SipCredentials | undefined,
  { challenges, reasons }: ChallengeReading,
): string {
  if (credentials === undefined)
    return "there are no credentials for it; trunk.username and trunk.password give those of the trunk";
  return challenges.length === 0 ? reasons.join("; ") : "user name or password are wrong: the credentials were refused";
}
