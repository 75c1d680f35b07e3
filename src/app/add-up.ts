import type { CallLedger } from "../engine/index.ts";
import type { InvokerLedger } from "../invoke/index.ts";
import type { MediaLedger } from "../media/index.ts";
import type { SipLedger } from "../sip/index.ts";

/** What the rooms have open, in one table. */
export function addUp(call: CallLedger, sip: SipLedger, rtp: MediaLedger, functions: InvokerLedger) {
  return {
    calls: call.calls,
    timers: call.timers,
    invocations: call.invocations,
    recordings: call.recordings,
    functionProcesses: functions.processes,
    sipTransactions: sip.transactions,
    sipDialogs: sip.dialogs,
    sipTimers: sip.timers,
    rtpSessions: rtp.sessions,
    rtpSockets: rtp.sockets,
    mixers: rtp.mixers,
  };
}

/** The sums of counts that have names. */
export function addCounts(...all: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const [cause, count] of all.flatMap((counts) => Object.entries(counts)))
    sums[cause] = (sums[cause] ?? 0) + count;
  return sums;
}
