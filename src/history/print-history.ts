import type { CallState, HistoryStep } from "../call/index.ts";
import { formatName, formatVersion, keepEffects, type MachineSettings } from "./format.ts";
import { createHistoryRedactor } from "./redact-history.ts";

/** Makes the lines of one history, in the order of the call. */
export interface HistoryPrinter {
  /** The first line. */
  head(initialState: CallState): string;
  /** The line of one step that was taken from the state `before`. */
  step(before: CallState, step: HistoryStep): string;
}

/** Makes the printer of one call's history.
 * @param redact puts stand-ins in place of numbers, keys and texts */
export function createHistoryPrinter(settings: MachineSettings, redact: boolean): HistoryPrinter {
  const redactor = redact ? createHistoryRedactor() : undefined;
  return {
    head: (initialState) =>
      JSON.stringify({
        format: formatName,
        version: formatVersion,
        redacted: redact,
        settings,
        call: redactor?.call(initialState) ?? initialState,
      }),
    step(before, { input, answers, effects, broke }) {
      const kept = keepEffects(effects, redact);
      return JSON.stringify({
        input: redactor?.input(before, input) ?? input,
        ...(answers.length === 0 ? {} : { answers }),
        ...(kept.length === 0 ? {} : { effects: kept }),
        ...(broke ? { broke } : {}),
      });
    },
  };
}
