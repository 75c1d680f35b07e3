import { measureSpeech } from "../media/index.ts";
import { endOfDialog, explainEnd } from "../endpoint/index.ts";
import type { CallEnd } from "../sip/index.ts";
import type { PhoneCallReport } from "./types.ts";

/** How a call ended, as a person says it. */
export function explainCallEnd(end: CallEnd): string {
  return explainEnd(endOfDialog(end));
}

/** Describes a call in sentences: what was heard, the keys, how it ended. */
export function summarizeReport(report: PhoneCallReport): readonly string[] {
  const end = report.problem ?? explainCallEnd(report.end);
  if (!report.answered) return [`not answered: ${end}`];
  const { durationMs, speechMs, levelDbfs } = measureSpeech(report.heard);
  const speech =
    levelDbfs === undefined ? "all of it silence" : `${seconds(speechMs)} of it sound at ${levelDbfs.toFixed(0)} dBFS`;
  return [
    `heard ${seconds(durationMs)}, ${speech}`,
    ...encryptionOf(report),
    report.digits === "" ? "heard no keys" : `heard the keys ${report.digits}`,
    `ended after ${seconds(report.durationMs)}: ${end}`,
  ];
}

/** Nothing of audio in the clear, which is what most calls have. */
function encryptionOf({ encryption }: PhoneCallReport): readonly string[] {
  if (encryption === undefined || encryption.sent === "none") return [];
  return [`audio was encrypted both ways with ${encryption.sent}`];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
