import { isIP } from "node:net";
import { isDeepStrictEqual } from "node:util";
import { errorMessage, type Clock, type Logger, type Timer } from "../kernel/index.ts";
import { printSipUri, withBrackets } from "../sip-syntax/index.ts";
import { SipCredentials, type SipAddress, type SipTarget, type UserAgent } from "../sip/index.ts";
import { closedCircuit, stepCircuit, whyOpen, type CircuitInput, type CircuitState } from "./circuit-machine.ts";
import { inTime, whyLate } from "./in-time.ts";
import { Registration, type RegistrationDescription } from "./registration.ts";
import type { Trunk } from "./types.ts";
import { beginUse, begunSince, endUse, noUse, type OverLimit, type TrunkLimits } from "./use.ts";

/** What trunks need from outside. */
export interface TrunkPorts {
  readonly userAgent: Pick<UserAgent, "locate" | "request" | "localAddressFor">;
  readonly clock: Clock;
  readonly log: Logger;
  /** Gives numbers from 0, below 1. */
  readonly random: () => number;
  /** How much of a limit this server may use, where others have the rest; default: all.
   * @param use now, of a rate within the last second */
  readonly shareOf?: (name: string, limit: number, use: number) => number;
  /** Makes ids that nobody else has. */
  readonly newId: () => string;
}

/** One call of a trunk. */
export interface TrunkCall {
  readonly type: "begun";
  /** Any response came. */
  responded(): void;
  /** It did not respond, could not be reached, or asked to be left alone for a time. */
  failed(why: string, retryAfterS?: number): void;
  /** Must be told once. */
  ended(): void;
}

/** What is known of a trunk now. */
export interface TrunkReport {
  /** Down: none of its addresses is called at the moment. */
  readonly state: "up" | "down";
  readonly calls: number;
  /** Absent: we do not register there. */
  readonly isRegistered?: boolean;
}

/** A trunk as it is now, for whoever looks after it. Times are epoch milliseconds. */
export interface TrunkDescription extends TrunkReport {
  readonly name: string;
  /** Most calls at one time; absent: as many as the server takes. */
  readonly maxCalls?: number;
  readonly addresses: readonly AddressDescription[];
  /** Absent: we do not register there. */
  readonly registration?: RegistrationDescription;
}

/** One address of a trunk. */
export interface AddressDescription {
  /** `udp://192.0.2.1:5060`; `sip://` before one whose transport its name tells. */
  readonly address: string;
  readonly state: "up" | "down";
  /** Of one that is down. */
  readonly why?: string;
  /** The last OPTIONS of ours; absent: there was none yet. `failure`: why it says that the address is down. */
  readonly probe?: { readonly at: number; readonly failure?: string };
}

/** How often names are asked for, so that what comes from their addresses is known. */
const locateEveryMs = 300_000;
/** Most addresses of its names that are known at one time. */
const mostLocated = 64;

/** A trunk with its calls, the state of its addresses, its probes and its registration. */
export class RunningTrunk {
  readonly #ports: TrunkPorts;
  readonly #onLocated: () => void;
  readonly #circuits = new Map<string, CircuitState>();
  readonly #probes = new Map<string, NonNullable<AddressDescription["probe"]>>();
  readonly #timers = new Set<Timer>();
  #located: readonly SipAddress[] = [];
  #trunk: Trunk;
  #use = noUse;
  #registration: Registration | undefined;
  #isClosed = false;
  credentials: SipCredentials | undefined;

  constructor(ports: TrunkPorts, trunk: Trunk, onLocated: () => void) {
    this.#ports = ports;
    this.#trunk = trunk;
    this.#onLocated = onLocated;
    this.credentials = trunk.account && new SipCredentials(trunk.account);
  }

  get trunk(): Trunk {
    return this.#trunk;
  }

  /** Addresses that its names have led to. */
  get located(): readonly SipAddress[] {
    return this.#located;
  }

  /** Takes the place of what it was; its calls and what is known of its addresses stay, and its registration where that is the same. */
  change(trunk: Trunk): void {
    const before = this.#trunk;
    this.#trunk = trunk;
    if (!isDeepStrictEqual(before.account, trunk.account))
      this.credentials = trunk.account && new SipCredentials(trunk.account);
    this.#stopTimers();
    this.#startTimers();
    if (isDeepStrictEqual(registeredBy(before), registeredBy(trunk))) return;
    void this.#leave();
    this.#register();
  }

  /** Begins to probe, to register and to ask for names. */
  open(): void {
    this.#startTimers();
    this.#register();
  }

  #startTimers(): void {
    const { addresses, probeMs } = this.#trunk;
    const targets = addresses.map(({ target }) => target);
    if (targets.some(({ host }) => isIP(host) === 0)) {
      this.#every(locateEveryMs, () => void this.#locateAll());
      void this.#locateAll();
    }
    for (const target of probeMs === undefined ? [] : targets) {
      void this.#probe(target);
      this.#every(probeMs ?? Infinity, () => void this.#probe(target));
    }
  }

  #register(): void {
    const { addresses, registration, account, domain, name } = this.#trunk;
    const [first] = addresses;
    if (registration === undefined || account === undefined || first === undefined) return;
    const targets = addresses.toSorted((one, other) => one.priority - other.priority).map(({ target }) => target);
    this.#registration = new Registration(
      {
        ...this.#ports,
        ...{
          trunk: name,
          username: account.username,
          expiresS: registration.expiresS,
          targets,
          responseMs: this.#trunk.responseMs,
        },
        ...{ domain: domain ?? first.target.host, credentials: this.credentials },
      },
      this.#ports.newId(),
    );
    this.#registration.start();
  }

  /** Ends all of it. */
  close(): Promise<void> {
    this.#isClosed = true;
    this.#stopTimers();
    return this.#leave();
  }

  #stopTimers(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  #leave(): Promise<void> {
    const registration = this.#registration;
    this.#registration = undefined;
    return registration?.stop() ?? Promise.resolve();
  }

  /** Why an address is not called now. */
  whyDown(target: SipTarget): string | undefined {
    return whyOpen(this.#circuitOf(target), this.#ports.clock.monotonicMs());
  }

  /** Begins a call. `target`: where it goes; undefined: it comes in. */
  begin(target: SipTarget | undefined): TrunkCall | OverLimit {
    const begun = beginUse(this.#use, this.#limits(), this.#ports.clock.monotonicMs());
    if (begun.type === "over-limit") return begun;
    this.#use = begun.use;
    const tell = (input: CircuitInput) => (target === undefined ? undefined : this.#feed(target, input));
    tell({ type: "call-began" });
    let isOver = false;
    return {
      type: "begun",
      responded: () => tell({ type: "answered" }),
      failed: (why, retryAfterS) => {
        const wait = retryAfterS === undefined ? {} : { retryAfterMs: retryAfterS * 1_000 };
        tell({ type: "failed", why, of: "call", ...wait });
      },
      ended: () => {
        if (!isOver) this.#use = endUse(this.#use);
        isOver = true;
      },
    };
  }

  /** Its limits, as far as they are this server's. */
  #limits(): TrunkLimits {
    const { name, maxCalls = Infinity, callsPerSecond = Infinity } = this.#trunk;
    const { shareOf = (_name: string, limit: number) => limit, clock } = this.#ports;
    const { calls } = this.#use;
    const begun = begunSince(this.#use, clock.monotonicMs());
    return {
      ...{ name, maxCalls: shareOf(callsOfTrunk(name), maxCalls, calls) },
      callsPerSecond: shareOf(`begun on the trunk ${name}`, callsPerSecond, begun),
      ...{ whole: { maxCalls, callsPerSecond } },
    };
  }

  report(): TrunkReport {
    const { addresses } = this.#trunk;
    const isDown = addresses.length > 0 && addresses.every(({ target }) => this.#circuitOf(target).type !== "up");
    const registered = this.#registration && { isRegistered: this.#registration.isRegistered };
    return { state: isDown ? "down" : "up", calls: this.#use.calls, ...registered };
  }

  describe(): TrunkDescription {
    const { name, maxCalls, addresses } = this.#trunk;
    const registration = this.#registration?.describe();
    return {
      ...{ name, ...this.report() },
      ...(maxCalls === undefined ? {} : { maxCalls }),
      addresses: addresses.map(({ target }) => this.#describeAddress(target)),
      ...(registration === undefined ? {} : { registration }),
    };
  }

  #describeAddress(target: SipTarget): AddressDescription {
    const circuit = this.#circuitOf(target);
    const probe = this.#probes.get(keyOf(target));
    return {
      address: keyOf(target),
      ...(circuit.type === "up" ? { state: "up" } : { state: "down", why: circuit.why }),
      ...(probe === undefined ? {} : { probe }),
    };
  }

  #circuitOf(target: SipTarget): CircuitState {
    return this.#circuits.get(keyOf(target)) ?? closedCircuit;
  }

  #feed(target: SipTarget, input: CircuitInput): void {
    const [next, effects] = stepCircuit(this.#circuitOf(target), input, this.#ports.clock.monotonicMs());
    this.#circuits.set(keyOf(target), next);
    const { log } = this.#ports;
    const facts = { trunk: this.#trunk.name, address: keyOf(target) };
    for (const effect of effects) {
      if (effect.is === "up") log.info(facts, "a trunk is up again");
      else log.warn({ ...facts, why: effect.why }, "a trunk is down, and is not called for a time");
    }
  }

  async #locateAll(): Promise<void> {
    const names = this.#trunk.addresses.map(({ target }) => target);
    const answers = await Promise.allSettled(names.map(async (target) => this.#ports.userAgent.locate(target)));
    const found = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
    // Name servers that fail for a time take no address away.
    if (found.length === 0 || this.#isClosed) return;
    this.#located = found.slice(0, mostLocated);
    this.#onLocated();
  }

  /** Asks by OPTIONS whether an address is up: any of the addresses of its name. RFC 3261 §11 */
  async #probe(target: SipTarget): Promise<void> {
    const failure = await this.#whyDead(target);
    if (this.#isClosed) return;
    const at = this.#ports.clock.now();
    this.#probes.set(keyOf(target), failure === undefined ? { at } : { at, failure: failure.why });
    if (failure === undefined) this.#feed(target, { type: "answered" });
    else this.#feed(target, { type: "failed", of: "probe", ...failure });
  }

  async #whyDead(target: SipTarget): Promise<{ why: string; retryAfterMs?: number } | undefined> {
    const { userAgent, clock } = this.#ports;
    const { responseMs } = this.#trunk;
    try {
      const addresses = await userAgent.locate(target);
      let failure = { why: "its name has no address" };
      for (const nextHop of addresses) {
        const asked = userAgent.request({ method: "OPTIONS", ...this.#partiesOfProbe(target, nextHop) });
        const outcome = await inTime(asked, { clock, limitMs: responseMs, late: undefined });
        if (outcome === undefined) {
          failure = { why: `OPTIONS: ${whyLate(responseMs)}` };
          continue;
        }
        if (outcome.type === "response" && outcome.status !== 503 && outcome.status !== 408) return undefined;
        failure = { why: `OPTIONS: ${outcome.type === "failed" ? outcome.why : `answered with ${outcome.status}`}` };
      }
      return failure;
    } catch (error) {
      return { why: errorMessage(error) };
    }
  }

  #partiesOfProbe(target: SipTarget, nextHop: SipAddress) {
    const { account, domain } = this.#trunk;
    const local = this.#ports.userAgent.localAddressFor(nextHop);
    const user = account?.username ?? "";
    const uri = printSipUri(domain === undefined ? { ...target, user: "" } : { user: "", host: domain });
    const from = printSipUri(domain === undefined ? { ...local, user } : { user, host: domain });
    return { requestUri: uri, to: uri, from, nextHop, credentials: this.credentials, contactUser: user, headers: [] };
  }

  #every(periodMs: number, run: () => void): void {
    const timer = this.#ports.clock.startTimer(periodMs, () => {
      this.#timers.delete(timer);
      this.#every(periodMs, run);
      run();
    });
    this.#timers.add(timer);
  }
}

/** The name of the limit of a trunk's calls, among limits that several servers share. */
export function callsOfTrunk(name: string): string {
  return `calls of the trunk ${name}`;
}

/** What a registration depends on. */
function registeredBy({ addresses, registration, account, domain }: Trunk): unknown {
  return registration === undefined ? undefined : { addresses, registration, account, domain };
}

/** An address as people read it, by which its state is kept. */
function keyOf({ transport, host, port }: SipTarget): string {
  return `${transport ?? "sip"}://${withBrackets(host)}${port === undefined ? "" : `:${port}`}`;
}
