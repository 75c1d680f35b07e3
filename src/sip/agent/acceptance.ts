import type { Timer } from "../../kernel/index.ts";
import type { ReadyResponse, ServerTransaction } from "../transaction/server-transaction.ts";
import type { AgentCore } from "./core.ts";

/** A 2xx that waits for its ACK. */
export interface Acceptance {
  /** CSeq number that the ACK must have. */
  readonly seq: number;
  /** Stops the resending. */
  stop(): void;
}

/** Sends a 2xx to an INVITE and again after T1, doubling up to T2, on any transport, until `stop`; `onNoAck` after 64*T1.
 * RFC 3261 §13.3.1.4 */
export function sendUntilAcknowledged(
  core: AgentCore,
  transaction: ServerTransaction,
  response: ReadyResponse,
  onNoAck: () => void,
): Acceptance {
  const { t1Ms, t2Ms } = core.timers;
  const state: { delayMs: number; resend: Timer | undefined } = { delayMs: t1Ms, resend: undefined };
  const startResend = () => {
    state.resend = core.clock.startTimer(state.delayMs, () => {
      transaction.respond(response);
      state.delayMs = Math.min(state.delayMs * 2, t2Ms);
      startResend();
    });
  };
  const stop = () => {
    state.resend?.cancel();
    limit.cancel();
  };
  const limit = core.clock.startTimer(64 * t1Ms, () => {
    stop();
    onNoAck();
  });
  transaction.respond(response);
  startResend();
  return { seq: transaction.request.cseq?.number ?? 0, stop };
}
