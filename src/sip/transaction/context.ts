import type { Clock, Timer } from "../../kernel/index.ts";
import { messageText, SipMessage, withoutSecrets } from "../../sip-syntax/index.ts";
import type { Flow } from "../transport/flow.ts";
import type { SipAddress, SipTraceEntry } from "../types.ts";
import type { TransportLayer } from "../transport/transport.ts";
import type { TransactionTimers } from "./timers.ts";

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

/** Timers of one transaction by name; few, so a list is cheaper than a map. */
export class TimerSet {
  private readonly clock: Clock;
  private readonly entries: { readonly name: string; readonly timer: Timer }[] = [];

  constructor(clock: Clock) {
    this.clock = clock;
  }

  start(name: string, delayMs: number, callback: () => void): void {
    this.stop(name);
    const timer = this.clock.startTimer(delayMs, () => {
      this.forget(name);
      callback();
    });
    this.entries.push({ name, timer });
  }

  stop(name: string): void {
    this.forget(name)?.timer.cancel();
  }

  stopAll(): void {
    for (const { timer } of this.entries.splice(0)) timer.cancel();
  }

  private forget(name: string): { readonly timer: Timer } | undefined {
    const index = this.entries.findIndex((entry) => entry.name === name);
    return index < 0 ? undefined : this.entries.splice(index, 1)[0];
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
