import { defineAction, parametersOf, readParameters, systemException, type ObjectName } from "../call/index.ts";
import { object, required, text, keyword, type Refusal } from "../contract/index.ts";
import { valueIsInvalid } from "./parameters/invalid-parameter.ts";
import { invalidRecordingLeg } from "./recording/recording-control.ts";
import { isBucketName, readRecordingFolder } from "./recording/recording-folder.ts";

interface StartCallRecording {
  readonly track: "both" | "incoming" | "outgoing";
  readonly bucket: string;
  readonly folder: string;
}

interface Starting {
  readonly recordingId: string;
  readonly destination: ObjectName;
}

const tracks = { BOTH: "both", INCOMING: "incoming", OUTGOING: "outgoing" } as const;
const defaultFolder = "Amazon-Chime-SMA-Call-Recordings/";

const bucketAndKey = (description: string, location = text("name")) =>
  object({
    Type: required(keyword(["S3"]), { description: "Where: always S3." }),
    Location: required(location, { description }),
  });

const parameters = parametersOf({
  Track: required(keyword(["BOTH", "INCOMING", "OUTGOING"]), {
    description: "INCOMING: what the party says. OUTGOING: what it hears. BOTH: stereo, incoming left, outgoing right.",
    error: valueIsInvalid("Track"),
  }),
  Destination: required(bucketAndKey("The bucket, or bucket/prefix.", text("name", { check: checkLocation })), {
    description: "Where the file shall be.",
    error: valueIsInvalid("Destination"),
  }),
});
const results = object({
  CallRecordingDestination: required(bucketAndKey("The bucket and the key."), {
    description: "Where the file will be.",
  }),
});

/** Records a leg in the background until it is stopped or ends, once in its life. Contract: actions-call-recording-start, actions-call-recording-once */
export const startCallRecording = defineAction<StartCallRecording, Starting>({
  type: "StartCallRecording",
  parameters,
  results,
  answers: false,
  needs: "live",
  reportsMidList: false,
  interruptible: false,
  failsWhenLegLeaves: false,

  check(sent, context) {
    const read = readParameters(parameters, sent, context);
    if (read.type === "bad") return read;
    const { Track, Destination } = read.values;
    const { bucket, folder } = readLocation(Destination.Location);
    const value = { track: tracks[Track], bucket, folder: folder === "" ? defaultFolder : (folder ?? "") };
    return { type: "good", value, echo: read.echo };
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

/** `bucket` or `bucket/prefix`; no folder: it is not allowed. */
function readLocation(location: string): { readonly bucket: string; readonly folder: string | undefined } {
  const [bucket = "", ...prefix] = location.split("/");
  return { bucket, folder: isBucketName(bucket) ? readRecordingFolder(prefix.join("/")) : undefined };
}

function checkLocation(location: string): Refusal | undefined {
  if (readLocation(location).folder !== undefined) return undefined;
  return { allowed: "a bucket, or a bucket, a slash and a prefix of letters, digits and / ! - _ . * ' ( )" };
}

/** `YYYY/MM/DD/YYYY-MM-DD-HH-mm-ss-SSS`, UTC. Contract: actions-call-recording-key, actions-call-recording-utc */
function nameByTime(at: number): string {
  const time = new Date(at).toISOString();
  return `${time.slice(0, 10).replaceAll("-", "/")}/${time.slice(0, -1).replaceAll(/[T:.]/g, "-")}`;
}

function explain(code: string) {
  if (!code.startsWith("OBJECTS_")) return systemException;
  const [errorType, errorMessage] = ["NoAccessToDestination", "Error while accessing destination"];
  return { errorType, errorMessage, legacyError: `${errorType}: ${errorMessage}` };
}
