import type { CallObservation } from "../call/index.ts";
import type { Invoker } from "../invoke/index.ts";
import type { Journal } from "../journal/index.ts";
import type { Clock, Logger } from "../kernel/index.ts";
import type { SipTraceEntry } from "../sip/index.ts";
import { loadTraces, openCapture } from "../telemetry/index.ts";
import { both } from "./both.ts";
import type { Config } from "./config/config.ts";

/** What watches calls for the systems of operators; each part does nothing where it is not configured. */
export interface Telemetry {
  readonly onTrace: ((entry: SipTraceEntry) => void) | undefined;
  readonly onObservation: ((observation: CallObservation) => void) | undefined;
  /** The invoker, with its invocations in spans. */
  watch(invoker: Pick<Invoker, "invoke">): Pick<Invoker, "invoke">;
  /** What keeps calls, with the spans of their lives. */
  keep(journal: Pick<Journal, "open">): Pick<Journal, "open">;
  close(): Promise<void>;
}

/** Opens it. What of the words of people is left out follows the histories. */
export async function openTelemetry(
  { config, clock, log }: { readonly config: Config; readonly clock: Clock; readonly log: Logger },
  version: string,
): Promise<Telemetry> {
  const { traces: settings, capture: captureSettings } = config.telemetry;
  const redact = config.histories?.redact ?? config.mode === "production";
  const traces = settings && (await loadTraces({ ...settings, redact }, { version, clock, log }));
  const capture = captureSettings && openCapture(captureSettings, { clock, log });
  const claim = ({ transactionId, fact }: CallObservation) => {
    if (fact.type === "leg-signalled") capture?.claim(fact.sipCallId, transactionId);
  };
  return {
    onTrace: capture?.add,
    onObservation: both(traces?.add, capture && claim),
    watch: (invoker) => traces?.watch(invoker) ?? invoker,
    keep: (journal) => ({
      open(state, isTakenOver, requestKey) {
        const keeper = journal.open(state, isTakenOver, requestKey);
        return traces?.keep(state, isTakenOver, keeper) ?? keeper;
      },
    }),
    async close() {
      await Promise.all([traces?.close(), capture?.close()]);
    },
  };
}
