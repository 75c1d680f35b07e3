import { defineAction, systemException, type JsonObject, type ObjectName } from "../call/index.ts";
import { invalidParameter } from "./invalid-parameter.ts";
import { invalidRecordingLeg } from "./recording-control.ts";
import { isBucketName, readRecordingFolder } from "./recording-folder.ts";
import { readText } from "./text.ts";

interface StartCallRecording {
  readonly track: "both" | "incoming" | "outgoing";
  readonly bucket: string;
  readonly folder: string;
}

interface Starting {
  readonly recordingId: string;
  readonly destination: ObjectName;
}

const tracks: Readonly<Record<string, StartCallRecording["track"]>> = {
  BOTH: "both",
  INCOMING: "incoming",
  OUTGOING: "outgoing",
};
const defaultFolder = "Amazon-Chime-SMA-Call-Recordings/";

/** Records a leg in the background until it is stopped or ends, once in its life. Contract: actions sections 2.14, 4 rows 4, 29 */
export const startCallRecording = defineAction<StartCallRecording, Starting>({
  type: "StartCallRecording",
  answers: false,
  needs: "live",
  reportsMidList: false,
  interruptible: false,
  failsWhenLegLeaves: false,

  check(parameters) {
    const { Track, Destination } = parameters;
    const track = typeof Track === "string" && Object.hasOwn(tracks, Track) ? tracks[Track] : undefined;
    if (track === undefined) return wrong("Track");
    const place = readPlace(Destination);
    return place === undefined ? wrong("Destination") : { type: "good", value: { track, ...place }, echo: parameters };
  },
  start({ track, bucket, folder }, { callRecording, newRecording, transactionId, legId, legStartedAt }) {
    if (callRecording !== "none") {
      return { type: "failed", ...invalidRecordingLeg("The leg has been recorded already."), effects: [] };
    }
    const { recordingId } = newRecording();
    const destination = { bucket, key: `${folder}${nameByTime(legStartedAt)}_${transactionId}_${legId}.wav` };
    return {
      type: "running",
      state: { recordingId, destination },
      effects: [{ do: "start-call-recording", recordingId, destination, track }],
    };
  },
  step(_value, { recordingId, destination }, input) {
    if (!("recordingId" in input) || input.recordingId !== recordingId) return undefined;
    if (input.type === "recording-failed") return { type: "failed", ...explain(input.error.code), effects: [] };
    const { bucket, key } = destination;
    const result = { CallRecordingDestination: { Type: "S3", Location: `${bucket}/${key}` } };
    return { type: "succeeded", result, effects: [] };
  },
});

/** `bucket` or `bucket/prefix`. */
function readPlace(value: unknown): { readonly bucket: string; readonly folder: string } | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { Type: type, Location } = value as JsonObject;
  const [bucket, ...prefix] = (readText(Location) ?? "").split("/");
  const folder = readRecordingFolder(prefix.join("/"));
  if (type !== "S3" || !isBucketName(bucket) || folder === undefined) return undefined;
  return { bucket, folder: folder === "" ? defaultFolder : folder };
}

/** `YYYY/MM/DD/YYYY-MM-DD-HH-mm-ss-SSS`, UTC. */
function nameByTime(at: number): string {
  const time = new Date(at).toISOString();
  return `${time.slice(0, 10).replaceAll("-", "/")}/${time.slice(0, -1).replaceAll(/[T:.]/g, "-")}`;
}

function explain(code: string) {
  if (!code.startsWith("OBJECTS_")) return systemException;
  const [errorType, errorMessage] = ["NoAccessToDestination", "Error while accessing destination"];
  return { errorType, errorMessage, legacyError: `${errorType}: ${errorMessage}` };
}

function wrong(name: string) {
  return { type: "bad", ...invalidParameter(`${name} parameter value is invalid.`) } as const;
}
