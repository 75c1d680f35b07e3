import type { Clock, Timer } from "../../kernel/index.ts";
import { messageText, SipMessage, withoutSecrets } from "../../sip-syntax/index.ts";
import type { Flow } from "../transport/flow.ts";
import type { SipAddress, SipTraceEntry } from "../types.ts";
import type { TransportLayer } from "../transport/transport.ts";
import type { TimerName, TransactionTimers } from "./timers.ts";

/** What every transaction works with. */
export interface TransactionContext {
  readonly clock: Clock;
  readonly transport: TransportLayer;
  readonly unreliable: TransactionTimers;
  readonly reliable: TransactionTimers;
  readonly trace: ((entry: SipTraceEntry) => void) | undefined;
  /** One line for each input that did not fit, and for sends that failed. */
  readonly debug: (facts: object, message: string) => void;
}

/** Whose timers they are. */
export interface TimerOwner {
  onTimer(name: TimerName): void;
}

/** A timer of a transaction. A class, since those that wait for retransmissions are there for half a minute, and with a closure for each of the rooms that
 * a timer leads through they would be most of what a call leaves behind. */
class NamedTimer {
  readonly name: TimerName;
  readonly timer: Timer;
  next: NamedTimer | undefined;

  constructor(set: TimerSet, name: TimerName, delayMs: number, next: NamedTimer | undefined) {
    this.name = name;
    this.timer = set.clock.startTimer(delayMs, () => set.fire(this));
    this.next = next;
  }
}

/** Timers of one transaction by name; few, so a chain of them is cheaper than a map. */
export class TimerSet {
  readonly clock: Clock;
  private readonly owner: TimerOwner;
  private running: NamedTimer | undefined = undefined;

  constructor(clock: Clock, owner: TimerOwner) {
    this.clock = clock;
    this.owner = owner;
  }

  start(name: TimerName, delayMs: number): void {
    this.stop(name);
    this.running = new NamedTimer(this, name, delayMs, this.running);
  }

  stop(name: TimerName): void {
    let found = this.running;
    while (found !== undefined && found.name !== name) found = found.next;
    if (found !== undefined) this.forget(found).timer.cancel();
  }

  stopAll(): void {
    for (let timer = this.running; timer !== undefined; timer = timer.next) timer.timer.cancel();
    this.running = undefined;
  }

  /** It is due. */
  fire(due: NamedTimer): void {
    this.owner.onTimer(this.forget(due).name);
  }

  private forget(gone: NamedTimer): NamedTimer {
    if (this.running === gone) this.running = gone.next;
    for (let timer = this.running; timer !== undefined; timer = timer.next)
      if (timer.next === gone) timer.next = gone.next;
    return gone;
  }
}

/** A message that goes out, as far as the trace needs it. */
export interface SentMessage extends Pick<SipTraceEntry, "sipCallId" | "method" | "status"> {
  readonly text: string;
}

/** A class, because one is made per message, and mostly nobody asks for its texts. */
class TraceEntry implements SipTraceEntry {
  readonly direction: "sent" | "received";
  readonly sipCallId: string;
  readonly status: number;
  readonly method: string;
  readonly isRetransmission: boolean;
  readonly #flow: Pick<Flow, "peer" | "local">;
  readonly #message: SentMessage | SipMessage;

  constructor(
    direction: "sent" | "received",
    flow: Pick<Flow, "peer" | "local">,
    sipCallId: string,
    message: SentMessage | SipMessage,
    isRetransmission: boolean,
  ) {
    this.direction = direction;
    this.sipCallId = sipCallId;
    this.status = message.status;
    this.method = message.method;
    this.isRetransmission = isRetransmission;
    this.#flow = flow;
    this.#message = message;
  }

  get peer(): SipAddress {
    return this.#flow.peer;
  }

  local(): SipAddress {
    return this.#flow.local;
  }

  get startLine(): string {
    const message = this.#message;
    return withoutSecrets(message instanceof SipMessage ? message.startLine : startLineOf(message));
  }

  text(): string {
    const message = this.#message;
    return withoutSecrets(message instanceof SipMessage ? messageText(message) : message.text);
  }
}

/** The first line of what we printed, without the version. */
function startLineOf({ text, status }: SentMessage): string {
  const line = text.slice(0, text.indexOf("\r\n"));
  return status === 0 ? line.slice(0, -" SIP/2.0".length) : line.slice("SIP/2.0 ".length);
}

/** Tells the trace of a message that goes out. */
export function traceSent(
  { trace }: Pick<TransactionContext, "trace">,
  flow: Pick<Flow, "peer" | "local">,
  message: SentMessage,
  isRetransmission: boolean,
): void {
  trace?.(new TraceEntry("sent", flow, message.sipCallId, message, isRetransmission));
}

/** Tells the trace of a message that came in. */
export function traceReceived(
  { trace }: Pick<TransactionContext, "trace">,
  flow: Pick<Flow, "peer" | "local">,
  message: SipMessage,
  isRetransmission: boolean,
): void {
  trace?.(new TraceEntry("received", flow, message.callId, message, isRetransmission));
}
