import type { Logger, TransactionId } from "../kernel/index.ts";
import { createCallRecordings, type CallRecordings, type Deliveries } from "../recordings/index.ts";
import type { CallOfLegs } from "./leg-inputs.ts";
import type { CallPorts } from "./ports.ts";

/** Makes the recordings of a call, whose outcomes are inputs of it. */
export function recordingsOf(
  call: CallOfLegs,
  transactionId: TransactionId,
  log: Logger,
  { ports, deliveries }: { readonly ports: Pick<CallPorts, "objects">; readonly deliveries: Deliveries },
): CallRecordings {
  return createCallRecordings({
    ...{ objects: ports.objects, deliveries, log, transactionId },
    sessionOf: (legId) => call.findLeg(legId)?.session,
    tagOf: (legId) => call.tagOf(legId),
    observe: (fact) => call.observe(fact),
    onStarted: (recordingId) => call.post({ type: "recording-started", recordingId }),
    onEnded: (recordingId, end, terminator) => call.post({ type: "recording-ended", recordingId, end, terminator }),
    onFailed: (recordingId, error) => call.post({ type: "recording-failed", recordingId, error }),
  });
}
