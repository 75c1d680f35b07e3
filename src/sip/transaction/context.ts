import type { Clock } from "../../kernel/index.ts";
import { messageText, withoutSecrets, type SipMessage } from "../../sip-syntax/index.ts";
import type { Flow } from "../transport/flow.ts";
import type { SipTraceEntry } from "../types.ts";
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
  private readonly entries: { readonly name: string; readonly cancel: () => void }[] = [];

  constructor(clock: Clock) {
    this.clock = clock;
  }

  start(name: string, delayMs: number, callback: () => void): void {
    this.stop(name);
    const timer = this.clock.startTimer(delayMs, () => {
      this.forget(name);
      callback();
    });
    this.entries.push({ name, cancel: () => timer.cancel() });
  }

  stop(name: string): void {
    this.forget(name)?.cancel();
  }

  stopAll(): void {
    for (const entry of this.entries.splice(0)) entry.cancel();
  }

  private forget(name: string): { readonly cancel: () => void } | undefined {
    const index = this.entries.findIndex((entry) => entry.name === name);
    return index < 0 ? undefined : this.entries.splice(index, 1)[0];
  }
}

/** What the trace gets of a message that goes out. */
export interface SentMessage extends Pick<SipTraceEntry, "sipCallId" | "startLine" | "method"> {
  readonly text: string;
}

/** Tells the trace of a message that goes out. */
export function traceSent(
  { trace }: Pick<TransactionContext, "trace">,
  flow: Pick<Flow, "peer" | "local">,
  { sipCallId, startLine, method, text }: SentMessage,
  isRetransmission: boolean,
): void {
  trace?.({
    ...{ direction: "sent", sipCallId, startLine: withoutSecrets(startLine), method, isRetransmission },
    ...{ peer: flow.peer, local: () => flow.local },
    text: () => withoutSecrets(text),
  });
}

/** Tells the trace of a message that came in. */
export function traceReceived(
  { trace }: Pick<TransactionContext, "trace">,
  flow: Pick<Flow, "peer" | "local">,
  message: SipMessage,
  isRetransmission: boolean,
): void {
  if (trace === undefined) return;
  const { callId: sipCallId, method } = message;
  trace({
    ...{
      direction: "received",
      ...{ peer: flow.peer, local: () => flow.local },
      sipCallId,
      startLine: withoutSecrets(message.startLine),
      method,
      isRetransmission,
    },
    text: () => withoutSecrets(messageText(message)),
  });
}
