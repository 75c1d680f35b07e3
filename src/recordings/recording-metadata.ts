import type { RecordedAudio } from "../media/index.ts";

/** Most gaps in the metadata, of which S3 takes 2 KB for an object. */
const mostGaps = 40;

/** A file that can be delivered. What was lost in it is not known of one that another process left. */
export type FinishedAudio = Pick<RecordedAudio, "path" | "samples" | "durationMs" | "sha256"> &
  Partial<Pick<RecordedAudio, "lostSamples" | "gaps">>;

/** User metadata that proves a recording complete: its length by the call's own clock, a checksum of the file, and where
 * audio was never received (`<first sample>+<samples>`, in order; the first 40).
 * Contract: records-proof-of-completeness */
export function describeRecording(audio: FinishedAudio): Readonly<Record<string, string>> {
  const { samples, sha256, lostSamples, gaps = [] } = audio;
  const list = gaps.slice(0, mostGaps).map((gap) => `${gap.atSample}+${gap.samples}`);
  return {
    "recording-samples": String(samples),
    "recording-sha256": sha256,
    ...(lostSamples === undefined ? {} : { "recording-lost-samples": String(lostSamples) }),
    ...(list.length === 0 ? {} : { "recording-gaps": list.join(" ") }),
  };
}
