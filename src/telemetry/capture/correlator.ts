import type { SipTraceEntry } from "../../sip/index.ts";
import type { Clock, Timer } from "../../kernel/index.ts";
import type { CapturedEnd, CapturedMessage } from "./print-hep.ts";

/** Requests that belong to no call. */
const outsideOfCalls: ReadonlySet<string> = new Set([
  ...["OPTIONS", "REGISTER", "SUBSCRIBE", "NOTIFY", "PUBLISH", "MESSAGE"],
]);
/** How long the first messages of a dialog wait to learn which call it is of. */
const holdMs = 2_000;
/** Messages that wait, of all dialogs. */
const mostHeld = 2_000;
/** Dialogs whose call is known; those go that had no message for the longest time. */
const mostDialogs = 20_000;

type Uncorrelated = Omit<CapturedMessage, "correlationId">;

/** Gives each message the id of its call, or its Call-ID where it is of none: both legs of a call are one thing to look at. */
export class Correlator {
  readonly #clock: Pick<Clock, "now" | "startTimer">;
  readonly #give: (message: CapturedMessage) => void;
  readonly #calls = new Map<string, string>();
  readonly #held = new Map<string, { readonly messages: Uncorrelated[]; readonly timer: Timer }>();
  #heldMessages = 0;

  /** @param give gets each message once */
  constructor(clock: Pick<Clock, "now" | "startTimer">, give: (message: CapturedMessage) => void) {
    this.#clock = clock;
    this.#give = give;
  }

  readonly add = (entry: SipTraceEntry): void => {
    const { sipCallId, method } = entry;
    const message = capture(entry, this.#clock.now());
    const transactionId = this.#calls.get(sipCallId);
    if (transactionId !== undefined) {
      this.#remember(sipCallId, transactionId);
      return this.#give({ ...message, correlationId: transactionId });
    }
    if (outsideOfCalls.has(method) || this.#heldMessages >= mostHeld)
      return this.#give({ ...message, correlationId: sipCallId });
    return this.#hold(sipCallId, message);
  };

  /** A dialog is that of a call. */
  readonly claim = (sipCallId: string, transactionId: string): void => {
    this.#remember(sipCallId, transactionId);
    this.#release(sipCallId, transactionId);
  };

  /** Gives what waits. */
  close(): void {
    for (const sipCallId of [...this.#held.keys()]) this.#release(sipCallId, sipCallId);
  }

  #remember(sipCallId: string, transactionId: string): void {
    this.#calls.delete(sipCallId);
    this.#calls.set(sipCallId, transactionId);
    const [oldest] = this.#calls.keys();
    if (this.#calls.size > mostDialogs && oldest !== undefined) this.#calls.delete(oldest);
  }

  #hold(sipCallId: string, message: Uncorrelated): void {
    const known = this.#held.get(sipCallId);
    this.#heldMessages += 1;
    if (known !== undefined) return void known.messages.push(message);
    const timer = this.#clock.startTimer(holdMs, () => this.#release(sipCallId, sipCallId));
    this.#held.set(sipCallId, { messages: [message], timer });
  }

  #release(sipCallId: string, correlationId: string): void {
    const held = this.#held.get(sipCallId);
    if (held === undefined) return;
    this.#held.delete(sipCallId);
    held.timer.cancel();
    this.#heldMessages -= held.messages.length;
    for (const message of held.messages) this.#give({ ...message, correlationId });
  }
}

function capture(entry: SipTraceEntry, at: number): Uncorrelated {
  const { direction, peer } = entry;
  const [own, far]: CapturedEnd[] = [entry.local(), peer];
  const [from, to] = direction === "sent" ? [own, far] : [far, own];
  return {
    from: from as CapturedEnd,
    to: to as CapturedEnd,
    isConnection: peer.transport !== "udp",
    at,
    text: entry.text(),
  };
}
