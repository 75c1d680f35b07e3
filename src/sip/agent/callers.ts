import { parseSipUri, type SipMessage } from "../../sip-syntax/index.ts";
import type { SipAccount } from "../digest/account.ts";
import { NonceCounts } from "../digest/nonce-counts.ts";
import { ServerNonces } from "../digest/server-nonces.ts";
import { challengeLines, verifyRequest, type Verifier } from "../digest/verify.ts";
import type { RequestRefusal } from "../dialog/session-effects.ts";
import type { SourceGuard } from "../guard/source-guard.ts";
import type { SipAddress, SipPhones } from "../types.ts";

/** Who sent a request. */
export type Caller =
  | { readonly type: "stranger" }
  | { readonly type: "account"; readonly account: SipAccount }
  | { readonly type: "refused"; readonly refusal: RequestRefusal };

/** Most nonces in use that are known: one for each phone, and some. */
const mostNonces = 20_000;
/** What phones ask their users about, and make their digests with. */
const realm = "offhook";

/** Tells of a request whose it is. RFC 3261 §22.1 */
export class Callers {
  readonly #verifier: Verifier;
  readonly #phones: SipPhones;
  readonly #guard: Pick<SourceGuard, "mustProve" | "absolve">;
  readonly #isOurs: (request: SipMessage) => boolean;
  readonly #nowMs: () => number;

  /** @param isOurs whether this server sent a request, to itself */
  constructor(
    phones: SipPhones,
    guard: Pick<SourceGuard, "mustProve" | "absolve">,
    isOurs: (request: SipMessage) => boolean,
    nowMs: () => number,
  ) {
    this.#guard = guard;
    const { find, algorithms } = phones;
    this.#verifier = { realm, algorithms, nonces: new ServerNonces(), counts: new NonceCounts(mostNonces), find };
    this.#phones = phones;
    this.#isOurs = isOurs;
    this.#nowMs = nowMs;
  }

  /** Who sent a request that begins something. Credentials count whatever its From; without any it is asked for them where it says, or must prove,
   * that it is an account with a password. */
  identify(request: SipMessage, peer: SipAddress): Caller {
    const owner = this.#ownerOf(request, peer);
    const found = verifyRequest(request, this.#verifier, this.#nowMs());
    switch (found.type) {
      case "right":
        if (owner !== undefined && found.account.trunk !== owner) return this.#notOfTrunk(request, owner);
        this.#guard.absolve(peer);
        return { type: "account", account: found.account };
      case "malformed":
        return refused({ cause: "malformed", why: found.why });
      case "wrong":
        return refused({ cause: "wrong-password", why: found.why, lines: this.#challenge(request, false) });
      case "stale": {
        const why = "its nonce is too old, or was used before";
        return refused({ cause: "unauthenticated", why, lines: this.#challenge(request, true) });
      }
      case "none":
        return owner === undefined ? this.#withoutCredentials(request, peer) : this.#notOfTrunk(request, owner);
      default:
        return found satisfies never;
    }
  }

  /** Whether a URI is one of an account: of its name, or of a number of it. */
  isOf(account: SipAccount, uri: string): boolean {
    const user = parseSipUri(uri)?.user ?? "";
    return this.#phones.find(user).some(({ name }) => name === account.name);
  }

  /** The trunk whose account a request has to prove; not where this server calls itself. */
  #ownerOf(request: SipMessage, peer: SipAddress): string | undefined {
    const uri = request.method === "INVITE" ? request.target : undefined;
    if (uri === undefined || this.#isOurs(request)) return undefined;
    return this.#phones.ownerOf?.(uri, peer);
  }

  #notOfTrunk(request: SipMessage, trunk: string): Caller {
    const why = `it is a call of the trunk ${trunk}, and has no credentials of an account of it`;
    return refused({ cause: "unauthenticated", why, lines: this.#challenge(request, false) });
  }

  #withoutCredentials(request: SipMessage, peer: SipAddress): Caller {
    const isRegister = request.method === "REGISTER";
    if (!isRegister && (this.#isOurs(request) || this.#phones.isTrusted?.(peer) === true)) return { type: "stranger" };
    const said = isRegister ? request.to : request.from;
    const user = parseSipUri(said?.uri ?? "")?.user ?? "";
    const accounts = this.#phones.find(user);
    const account = accounts.find(({ needsPassword }) => !needsPassword);
    if (account !== undefined) return { type: "account", account };
    const mustProve = isRegister || accounts.length > 0 || this.#guard.mustProve(peer);
    if (!mustProve) return { type: "stranger" };
    const why = `it is of ${JSON.stringify(user.slice(0, 64))}, and has no credentials`;
    return refused({ cause: "unauthenticated", why, lines: this.#challenge(request, false) });
  }

  #challenge(request: SipMessage, isStale: boolean): string {
    return challengeLines(request, this.#verifier, this.#nowMs(), isStale);
  }
}

function refused(refusal: RequestRefusal): Caller {
  return { type: "refused", refusal };
}
