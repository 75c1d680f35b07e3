import type { CallInput, CallState, LegAudioRecord, MachineStep, MachineConfig } from "../call/index.ts";
import type { Redaction } from "../contract/index.ts";
import { formatName, formatVersion, keepEffects } from "./format.ts";
import { createHistoryRedactor } from "./redact-history.ts";

/** Makes the lines of one history, in the order of the call. */
export interface HistoryPrinter {
  /** The first line. */
  head(initialState: CallState): string;
  /** The line of one step that was taken from the state `before`. */
  step(before: CallState, step: MachineStep): string;
  /** The line of how the audio of a leg was. */
  audio(record: LegAudioRecord): string;
}

/** Makes the printer of one call's history.
 * @param ofReply puts stand-ins in place of numbers, keys and texts, in replies by this; undefined: all is written as it is */
export function createHistoryPrinter(settings: MachineConfig, ofReply: Redaction | undefined): HistoryPrinter {
  const redactor = ofReply && createHistoryRedactor(ofReply);
  return {
    head: (initialState) =>
      JSON.stringify({
        format: formatName,
        version: formatVersion,
        redacted: redactor !== undefined,
        settings,
        call: redactor?.call(initialState) ?? initialState,
      }),
    step(before, { input, effects, broke }) {
      const kept = keepEffects(effects, redactor !== undefined);
      return JSON.stringify({
        input: redactor?.input(before, input) ?? input,
        ...(input.type === "meeting-joined" ? { meeting: meetingOf(input) } : {}),
        ...(kept.length === 0 ? {} : { effects: kept }),
        ...(broke ? { broke } : {}),
      });
    },
    audio: (record) => JSON.stringify(redactor === undefined ? record : withoutAddresses(record)),
  };
}

/** Leads to the meeting's history, also where the input has stand-ins: ids of ours tell nothing of people. */
function meetingOf({ meetingId, attendeeId }: Extract<CallInput, { type: "meeting-joined" }>): object {
  return { meetingId, attendeeId };
}

/** What was wrong is told by kind and cause; in words it names addresses of the far end. */
function withoutAddresses(record: LegAudioRecord): object {
  const problems = record.audio.problems.map(({ message: _names, ...problem }) => problem);
  return { ...record, audio: { ...record.audio, problems } };
}
