import { errorAnswer, successAnswer } from "./stun-answer.ts";
import { isIntact, stunTypes, type StunMessage } from "./stun-message.ts";
import type { PacketAddress } from "../io/packet-io.ts";

/** What the two ends of a leg told each other in their descriptions. RFC 8839 §5.4 */
export interface IceNames {
  /** Ours: a check names it first. */
  readonly ufrag: string;
  /** Ours: checks are signed with it, and so are the answers. */
  readonly password: string;
  /** The far end's; undefined: it has not answered yet, and its checks may come before its answer does. */
  readonly remoteUfrag: string | undefined;
}

/** Why a check is dropped without an answer. */
export type CheckRefusal =
  /** It is no request, or names no user or another one. */
  | "stun-malformed"
  /** Its MESSAGE-INTEGRITY is missing, or made with another password. */
  | "stun-not-authentic"
  /** More than any browser sends. */
  | "stun-too-many";

/** What happened to the ways of a leg. */
export type IceEvent =
  /** A check came from there, so packets from there are the far end's; told for each. */
  | { readonly type: "path-heard"; readonly path: PacketAddress }
  | { readonly type: "path-removed"; readonly path: PacketAddress }
  /** Packets to the far end go there from now on. */
  | { readonly type: "selected"; readonly path: PacketAddress }
  /** No check names us so any more. */
  | { readonly type: "name-removed"; readonly ufrag: string }
  /** No way is left: the far end takes nothing from us any more. Told once, and nothing after it. */
  | { readonly type: "consent-lost" };

/** What comes of a check. */
export type CheckOutcome =
  | { readonly type: "refused"; readonly cause: CheckRefusal }
  | { readonly type: "answered"; readonly answer: Uint8Array; readonly events: readonly IceEvent[] };

/** The lite side of ICE for one leg (RFC 8445 §2.5): it answers checks and learns from them where the far end is, and sends none. A check that is
 * right is the far end's consent too (RFC 7675 §5.1): without any for `CONSENT_MS` nothing is sent any more. */
export interface IceAgent {
  /** Takes a STUN message that named our ufrag. */
  receive(message: StunMessage, source: PacketAddress, nowMs: number): CheckOutcome;
  /** Tells whom the far end's answer has named. */
  know(remoteUfrag: string | undefined, nowMs: number): void;
  /** The far end begins anew, and both have other names from now on. The old ones and the ways that were found by them are good until a check has the new
   * ones. RFC 8445 §9 */
  restart(names: IceNames, nowMs: number): readonly IceEvent[];
  /** Names by which checks may call us. */
  readonly ufrags: readonly string[];
  /** Looks which ways are without consent. To be called every second or so. */
  expire(nowMs: number): readonly IceEvent[];
  /** Where packets to the far end go; undefined before the first check, and without consent. */
  readonly selected: PacketAddress | undefined;
  /** Where packets of the far end may come from. */
  readonly paths: readonly PacketAddress[];
}

/** RFC 7675 §5.1 */
export const CONSENT_MS = 30_000;
/** Ways of one leg: a browser has one for each network of its machine. */
export const MOST_PATHS = 8;
/** Checks of one leg: a browser sends one every 50 ms for each pair of candidates (RFC 8445 §14), and of ours there is one. */
const MOST_CHECKS = { atOnce: 100, perSecond: 50 } as const;

interface Path {
  readonly address: string;
  readonly port: number;
  heardMs: number;
}

/** Makes the agent of a leg. */
export function createIceAgent(names: IceNames, nowMs: number): IceAgent {
  return new LiteAgent(names, nowMs);
}

class LiteAgent implements IceAgent {
  selected: PacketAddress | undefined;
  #names: IceNames;
  /** Those before a restart, until a check has the new ones. */
  #before: IceNames | undefined;
  /** Latest heard last. */
  #paths: readonly Path[] = [];
  #isNominated = false;
  #isLost = false;
  /** When the far end consented last; at first it is given time to. */
  #consentMs: number;
  #credit: number = MOST_CHECKS.atOnce;
  #creditMs: number;

  constructor(names: IceNames, nowMs: number) {
    this.#names = names;
    this.#consentMs = this.#creditMs = nowMs;
  }

  receive(message: StunMessage, source: PacketAddress, nowMs: number): CheckOutcome {
    const names = this.#namesIn(message.username);
    if (message.type !== stunTypes.request || names === undefined) return refused("stun-malformed");
    const { password } = names;
    if (this.#isLost || !this.#hasCredit(nowMs)) return refused("stun-too-many");
    if (!isIntact(message, password)) return refused("stun-not-authentic");
    const { transactionId, unknownAttributes } = message;
    if (unknownAttributes.length > 0) {
      return { type: "answered", answer: errorAnswer(transactionId, 420, unknownAttributes, password), events: [] };
    }
    // We are always controlled, so the far end has to take the other role. RFC 8445 §7.3.1.1
    if (message.role === "controlled") {
      return { type: "answered", answer: errorAnswer(transactionId, 487, [], password), events: [] };
    }
    const answer = successAnswer(transactionId, source, password);
    const forgotten = names === this.#names ? this.#forgetBefore() : [];
    return { type: "answered", answer, events: [...forgotten, ...this.#heard(source, message.isNominating, nowMs)] };
  }

  know(remoteUfrag: string | undefined, nowMs: number): void {
    this.#consentMs = nowMs;
    this.#names = { ...this.#names, remoteUfrag };
  }

  restart(names: IceNames, nowMs: number): readonly IceEvent[] {
    const unused = this.#before === undefined ? undefined : this.#names.ufrag;
    this.#before ??= this.#names;
    this.#names = names;
    this.#consentMs = nowMs;
    return unused === undefined ? [] : [{ type: "name-removed", ufrag: unused }];
  }

  get ufrags(): readonly string[] {
    return this.#before === undefined ? [this.#names.ufrag] : [this.#names.ufrag, this.#before.ufrag];
  }

  #namesIn(username: string | undefined): IceNames | undefined {
    return [this.#names, this.#before].find((names) => names !== undefined && isNamed(names, username));
  }

  /** The far end uses its new names: its ways are nominated anew. */
  #forgetBefore(): readonly IceEvent[] {
    if (this.#before === undefined) return [];
    const { ufrag } = this.#before;
    this.#before = undefined;
    this.#isNominated = false;
    return [{ type: "name-removed", ufrag }];
  }

  get paths(): readonly PacketAddress[] {
    return this.#paths;
  }

  expire(nowMs: number): readonly IceEvent[] {
    // Who has not answered yet may ring for long.
    const isWaitedFor = this.#names.remoteUfrag === undefined || nowMs - this.#consentMs < CONSENT_MS;
    if (this.#isLost || (this.#paths.length === 0 && isWaitedFor)) return [];
    const stale = this.#paths.filter(({ heardMs }) => nowMs - heardMs >= CONSENT_MS);
    if (stale.length === 0 && this.#paths.length > 0) return [];
    this.#paths = this.#paths.filter((path) => !stale.includes(path));
    const events: IceEvent[] = stale.map((path) => ({ type: "path-removed", path: plain(path) }));
    const latest = this.#paths.at(-1);
    if (latest === undefined) {
      this.#isLost = true;
      this.selected = undefined;
      return [...events, { type: "consent-lost" }];
    }
    if (stale.some((path) => isSame(path, this.selected))) events.push(...this.#select(latest));
    return events;
  }

  /** A check was right: its source is a way to the far end. */
  #heard(source: PacketAddress, isNominating: boolean, nowMs: number): readonly IceEvent[] {
    this.#consentMs = nowMs;
    const known = this.#paths.find((path) => isSame(path, source));
    const path: Path = known ?? { address: source.address, port: source.port, heardMs: nowMs };
    path.heardMs = nowMs;
    this.#paths = [...this.#paths.filter((one) => one !== known), path];
    const events: IceEvent[] = [{ type: "path-heard", path: plain(path) }];
    const wasNominated = this.#isNominated;
    if (isNominating) this.#isNominated = true;
    if (isNominating || !wasNominated) events.push(...this.#select(path));
    return [...events, ...this.#dropExcess()];
  }

  #select(path: PacketAddress): readonly IceEvent[] {
    if (isSame(path, this.selected)) return [];
    this.selected = plain(path);
    return [{ type: "selected", path: this.selected }];
  }

  /** The way that was not heard for longest is given up, but not the one in use. */
  #dropExcess(): readonly IceEvent[] {
    if (this.#paths.length <= MOST_PATHS) return [];
    const oldest = this.#paths.find((path) => !isSame(path, this.selected));
    this.#paths = this.#paths.filter((path) => path !== oldest);
    return oldest === undefined ? [] : [{ type: "path-removed", path: plain(oldest) }];
  }

  #hasCredit(nowMs: number): boolean {
    const earned = ((nowMs - this.#creditMs) / 1000) * MOST_CHECKS.perSecond;
    this.#credit = Math.min(MOST_CHECKS.atOnce, this.#credit + earned);
    this.#creditMs = nowMs;
    if (this.#credit < 1) return false;
    this.#credit--;
    return true;
  }
}

function isNamed({ ufrag, remoteUfrag }: IceNames, username: string | undefined): boolean {
  if (remoteUfrag !== undefined) return username === `${ufrag}:${remoteUfrag}`;
  return username?.startsWith(`${ufrag}:`) === true;
}

function refused(cause: CheckRefusal): CheckOutcome {
  return { type: "refused", cause };
}

function plain({ address, port }: PacketAddress): PacketAddress {
  return { address, port };
}

function isSame(one: PacketAddress, other: PacketAddress | undefined): boolean {
  return one.port === other?.port && one.address === other.address;
}
