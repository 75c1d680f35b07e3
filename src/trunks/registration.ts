import { errorMessage, type Clock, type Logger, type Timer } from "../kernel/index.ts";
import { printSipUri } from "../sip-syntax/index.ts";
import type { OutsideOutcome, SipAddress, SipCredentials, SipTarget, UserAgent } from "../sip/index.ts";
import { inTime, whyLate } from "./in-time.ts";
import {
  newRegistration,
  stepRegistration,
  type RegistrationEffect,
  type RegistrationInput,
  type RegistrationState,
} from "./registration-machine.ts";

/** What a registration is made with. */
export interface RegistrationParts {
  readonly userAgent: Pick<UserAgent, "locate" | "request">;
  readonly clock: Clock;
  readonly log: Logger;
  /** Gives numbers from 0, below 1. */
  readonly random: () => number;
  readonly trunk: string;
  readonly username: string;
  /** Of our address of record. */
  readonly domain: string;
  readonly expiresS: number;
  readonly credentials: SipCredentials | undefined;
  /** How long one of several addresses may say nothing. */
  readonly responseMs: number;
  /** In the order in which they are tried. */
  readonly targets: readonly SipTarget[];
  /** Told what the log says. */
  readonly onTold?: (told: ToldRegistration) => void;
}

/** What became of a registration: said when that changes, and not at each refresh. */
export type ToldRegistration = Extract<RegistrationEffect, { do: "tell" }>;

/** A registration of ours as it is now. */
export interface RegistrationDescription {
  /** `failing`: no address of the registrar takes it at the moment; it may still hold. */
  readonly state: "registering" | "registered" | "failing" | "leaving";
  /** Of one that is failing. */
  readonly why?: string;
  /** Until then the registrar keeps our contact, epoch milliseconds; absent: it keeps none. */
  readonly heldUntil?: number;
}

/** How often a request may be sent again with credentials, and the first time. */
const mostTries = 3;

interface Failed {
  readonly type: "failed";
  readonly why: string;
  readonly seq: number;
}

const noRelease = () => undefined;

/** Runs the machine of one registration of ours. */
export class Registration {
  readonly #parts: RegistrationParts;
  #state: RegistrationState;
  #timer: Timer | undefined;
  /** All its requests share them. RFC 3261 §10.2 */
  readonly #sipCallId: string;
  #seq = 1;
  /** Lets go of the connection that is kept open, so that the registrar can call over it. */
  #release: () => void = noRelease;
  /** What the log has said last. */
  #told: string | undefined;
  #onDone: () => void = () => undefined;

  constructor(parts: RegistrationParts, sipCallId: string) {
    this.#parts = parts;
    this.#sipCallId = sipCallId;
    this.#state = newRegistration(parts.expiresS);
  }

  /** Whether the registrar keeps our contact. */
  get isRegistered(): boolean {
    return (this.#state.heldUntilMs ?? 0) > this.#parts.clock.now();
  }

  describe(): RegistrationDescription {
    const { phase, heldUntilMs } = this.#state;
    const held = this.isRegistered && heldUntilMs !== undefined ? { heldUntil: heldUntilMs } : {};
    switch (phase.type) {
      case "locating":
      case "registering":
        return { state: this.isRegistered ? "registered" : "registering", ...held };
      case "registered":
        return { state: "registered", ...held };
      case "waiting":
        return { state: "failing", why: phase.why, ...held };
      case "leaving":
      case "over":
        return { state: "leaving", ...held };
      default:
        return phase satisfies never;
    }
  }

  start(): void {
    this.#feed({ type: "start" });
  }

  /** Takes it back; resolves when that is done, or has taken too long. Never rejects. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#onDone = resolve;
      if (this.#state.phase.type === "over") resolve();
      else this.#feed({ type: "stop" });
    });
  }

  #feed(input: RegistrationInput): void {
    const { clock, random } = this.#parts;
    const [next, effects] = stepRegistration(this.#state, input, { atMs: clock.now(), chance: random() });
    this.#state = next;
    this.#timer?.cancel();
    const { deadlineMs } = next;
    if (deadlineMs !== undefined)
      this.#timer = clock.startTimer(Math.max(0, deadlineMs - clock.now()), () => this.#feed({ type: "timer" }));
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: RegistrationEffect): void {
    switch (effect.do) {
      case "locate":
        return void this.#locate();
      case "send":
        return void this.#send(effect);
      case "tell":
        return this.#tell(effect);
      case "done":
        return this.#onDone();
      default:
        return effect satisfies never;
    }
  }

  async #locate(): Promise<void> {
    const { userAgent, targets } = this.#parts;
    const answers = await Promise.allSettled(targets.map(async (target) => userAgent.locate(target)));
    const located = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
    const failed = answers.find((answer) => answer.status === "rejected");
    if (located.length === 0 && failed !== undefined)
      this.#feed({ type: "not-located", why: errorMessage(failed.reason) });
    else this.#feed({ type: "located", targets: located });
  }

  async #send({ target, expiresS, hasOther }: Extract<RegistrationEffect, { do: "send" }>): Promise<void> {
    const sent = this.#request(target, expiresS);
    const outcome = await (hasOther ? this.#inTime(sent) : sent);
    this.#seq = outcome.seq + 1;
    if (outcome.type === "failed") return this.#feed({ type: "no-response", why: outcome.why });
    const { status, expiresS: grantedS, smallestS, retryAfterS, keepOpen } = outcome;
    this.#release();
    const isKept = status < 300 && expiresS > 0;
    this.#release = (isKept ? keepOpen?.(() => this.#feed({ type: "connection-lost" })) : undefined) ?? noRelease;
    return this.#feed({ type: "response", status, grantedS, smallestS, retryAfterS });
  }

  /** An address that says nothing is left for the next one. Its credentials may have taken CSeq numbers by then. */
  #inTime(sent: Promise<OutsideOutcome | Failed>): Promise<OutsideOutcome | Failed> {
    const { clock, responseMs } = this.#parts;
    const late: Failed = { type: "failed", why: whyLate(responseMs), seq: this.#seq + mostTries };
    return inTime(sent, { clock, limitMs: responseMs, late });
  }

  #request(nextHop: SipAddress, expiresS: number): Promise<OutsideOutcome | Failed> {
    const { userAgent, username, domain, credentials } = this.#parts;
    const ours = printSipUri({ user: username, host: domain });
    return userAgent
      .request({
        method: "REGISTER",
        requestUri: printSipUri({ user: "", host: domain }),
        ...{ to: ours, from: ours, nextHop, credentials, contactUser: username },
        ...{ sipCallId: this.#sipCallId, seq: this.#seq },
        headers: [
          { name: "Expires", value: `${expiresS}` },
          { name: "Supported", value: "path" },
        ],
      })
      .catch((error: unknown) => ({ type: "failed", why: errorMessage(error), seq: this.#seq }));
  }

  /** Says what has changed, and not each refresh. */
  #tell(effect: ToldRegistration): void {
    const { log, trunk, onTold } = this.#parts;
    const told = effect.is === "registered" ? "registered" : `failing: ${effect.why}`;
    if (told === this.#told) return;
    this.#told = told;
    onTold?.(effect);
    if (effect.is === "registered")
      log.info({ trunk, registrar: effect.target, seconds: effect.grantedS }, "registered at a trunk");
    else log.warn({ trunk, why: effect.why, againInSeconds: effect.againInS }, "registering at a trunk failed");
  }
}
