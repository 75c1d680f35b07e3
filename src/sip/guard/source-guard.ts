import { sourceOf, type Clock } from "../../kernel/index.ts";
import { transportNamed, type SipMessage } from "../../sip-syntax/index.ts";
import type { SipAddress } from "../types.ts";
import type { GuardOptions } from "./guard-options.ts";
import {
  isBlank,
  startConduct,
  stepConduct,
  type Conduct,
  type ConductEffect,
  type ConductInput,
} from "./conduct-machine.ts";
import { isScanner, offenceOf } from "./offences.ts";

/** Why a request goes no further. */
export interface GuardRefusal {
  readonly cause: "banned" | "scanner" | "too-fast" | "stranger";
  /** undefined: it is dropped. */
  readonly status: number | undefined;
  readonly why: string;
}

/** A source that is banned from now on. */
export interface Ban {
  readonly peer: SipAddress;
  /** What it did last, one sentence. */
  readonly why: string;
}

/** Limits what sources may do that are none of ours, and bans those that try numbers and passwords. */
export interface SourceGuard {
  /** Whether messages of this peer are read: not while it is banned. Cheap, since it is asked for each. */
  hears(peer: SipAddress): boolean;
  /** Whether this peer is none of ours: nothing is sent where it only says that it is. */
  isStranger(peer: SipAddress): boolean;
  /** Whether this peer is a stranger where these are not taken: only one that proves who it is gets its turn. */
  mustProve(peer: SipAddress): boolean;
  /** Why a request that belongs to no call goes no further. To be asked once for each. */
  whyRefused(request: SipMessage, peer: SipAddress): GuardRefusal | undefined;
  /** Tells that a message of this peer was refused, with its cause. */
  noteRefusal(peer: SipAddress, cause: string, why: string): void;
  /** Tells that this peer has proved who it is, as by its password: what it tried before is forgotten. */
  absolve(peer: SipAddress): void;
}

/** What the guard is made with. */
export interface GuardParts extends GuardOptions {
  readonly clock: Pick<Clock, "monotonicMs">;
  /** Whether a call with this peer is up: what belongs to it is let in. */
  readonly hasCalls: (peer: SipAddress) => boolean;
  readonly onBan: (ban: Ban) => void;
}

/** Sources that are remembered, and as many banned ones; of more, the oldest is forgotten. */
const mostSources = 10_000;

/** Makes the guard of one user agent. A ban holds for the kind of transport by which it was earned: whoever writes somebody else's address into
 * datagrams does not keep that somebody from connecting. */
export function createSourceGuard(parts: GuardParts): SourceGuard {
  return new Guard(parts);
}

class Guard implements SourceGuard {
  readonly #parts: GuardParts;
  readonly #free = new Map<string, Conduct>();
  readonly #banned = new Map<string, Conduct>();

  constructor(parts: GuardParts) {
    this.#parts = parts;
  }

  hears(peer: SipAddress): boolean {
    return this.#banned.size === 0 || !this.#isBanned(peer) || this.#parts.hasCalls(peer);
  }

  isStranger(peer: SipAddress): boolean {
    return this.#parts.standingOf(peer.host) === "stranger";
  }

  mustProve(peer: SipAddress): boolean {
    return this.#parts.strangers !== "accept" && this.isStranger(peer);
  }

  whyRefused(request: SipMessage, peer: SipAddress): GuardRefusal | undefined {
    const { standingOf, strangers, mayProve, requestsPerSecond } = this.#parts;
    const standing = standingOf(peer.host);
    if (standing === "trusted") return undefined;
    const isStranger = standing === "stranger";
    if (isStranger && this.#isBanned(peer)) return refusals.banned;
    if (isStranger && isScanner(request)) return refusals.scanner;
    const [limit] = this.#step(peer, { type: "request" });
    if (limit?.do === "limit") return tooFast(requestsPerSecond);
    if (!isStranger || strangers === "accept" || mayProve(request.method)) return undefined;
    return strangers === "refuse" ? refusals.refused : refusals.ignored;
  }

  noteRefusal(peer: SipAddress, cause: string, why: string): void {
    const points = offenceOf(cause);
    if (points === 0 || !this.isStranger(peer)) return;
    const [ban] = this.#step(peer, { type: "offence", points });
    if (ban?.do === "ban") this.#parts.onBan({ peer, why: `${cause}: ${why}` });
  }

  absolve(peer: SipAddress): void {
    this.#step(peer, { type: "absolved" });
  }

  #isBanned(peer: SipAddress): boolean {
    const conduct = this.#banned.get(keyOf(peer));
    if (conduct?.type !== "banned" || this.#parts.clock.monotonicMs() >= conduct.untilMs) return false;
    return this.isStranger(peer);
  }

  #step(peer: SipAddress, input: ConductInput): readonly ConductEffect[] {
    const key = keyOf(peer);
    const atMs = this.#parts.clock.monotonicMs();
    const before = this.#banned.get(key) ?? this.#free.get(key) ?? startConduct(this.#parts, atMs);
    const [next, effects] = stepConduct(before, input, atMs, this.#parts);
    this.#free.delete(key);
    this.#banned.delete(key);
    const kept = next.type === "banned" ? this.#banned : this.#free;
    if (!isBlank(next, atMs, this.#parts)) kept.set(key, next);
    const [oldest] = kept.keys();
    if (kept.size > mostSources && oldest !== undefined) kept.delete(oldest);
    return effects;
  }
}

const notOurs = "it is no trunk, phone or network of the configuration (sip.strangers)";
const refusals = {
  banned: { cause: "banned", status: undefined, why: "its source is banned" },
  scanner: {
    cause: "scanner",
    status: undefined,
    why: "it calls itself by the name of a program that looks for servers",
  },
  refused: { cause: "stranger", status: 403, why: notOurs },
  ignored: { cause: "stranger", status: undefined, why: notOurs },
} as const satisfies Readonly<Record<string, GuardRefusal>>;

function tooFast(requestsPerSecond: number): GuardRefusal {
  const why = `its source has sent more than ${requestsPerSecond} requests a second (sip.requestsPerSecond)`;
  return { cause: "too-fast", status: 503, why };
}

function keyOf({ transport, host }: SipAddress): string {
  return `${transportNamed(transport).isReliable ? "stream" : "datagram"} ${sourceOf(host)}`;
}
