import {
  defineAction,
  systemException,
  type ActionError,
  type ActionInput,
  type JsonObject,
  type ObjectName,
} from "../call/index.ts";
import { invalidParameter } from "./invalid-parameter.ts";
import { readKeys } from "./key-list.ts";
import { isAbsent, readInteger, readNumber } from "./numbers.ts";
import { isBucketName, readRecordingFolder } from "./recording-folder.ts";
import { readText } from "./text.ts";

interface RecordAudio {
  readonly maxMs: number;
  readonly silenceMs: number | undefined;
  readonly silenceThreshold: number;
  readonly terminators: readonly string[];
  readonly bucket: string;
  readonly folder: string;
}

interface Recording {
  readonly recordingId: string;
  readonly destination: ObjectName;
  /** The key that stopped it. */
  readonly key: string | undefined;
}

const defaultThreshold = 200;

/** Records what one leg says into a file, which is in the store when its event comes. Contract: actions sections 2.9, 4 rows 21 to 24 */
export const recordAudio = defineAction<RecordAudio, Recording>({
  type: "RecordAudio",
  answers: true,
  needs: "answered",
  reportsMidList: true,
  interruptible: true,
  failsWhenLegLeaves: true,
  outlivesLeg: true,

  check(parameters, { limits }) {
    const durationS = readOptional(parameters["DurationInSeconds"], readInteger);
    if (durationS === "wrong" || (durationS !== undefined && durationS <= 0)) return wrong("DurationInSeconds");
    const silenceS = readOptional(parameters["SilenceDurationInSeconds"], readNumber);
    if (silenceS === "wrong" || !isWithin(silenceS)) return wrong("SilenceDurationInSeconds");
    const threshold = readOptional(parameters["SilenceThreshold"], readInteger);
    // Without a time for silence the threshold counts for nothing.
    if (silenceS !== undefined && (threshold === "wrong" || !isWithin(threshold))) return wrong("SilenceThreshold");
    const terminators = readKeys(parameters["RecordingTerminators"], []);
    if (terminators === undefined) return wrong("RecordingTerminators");
    const place = readPlace(parameters["RecordingDestination"]);
    if (place === undefined) return wrong("RecordingDestination");
    const silenceThreshold = typeof threshold === "number" ? threshold : defaultThreshold;
    return {
      type: "good",
      value: {
        ...{ silenceThreshold, terminators, ...place },
        maxMs: Math.min(limits.longestRecordingMs, (durationS ?? Infinity) * 1_000),
        silenceMs: silenceS === undefined ? undefined : Math.round(silenceS * 1_000),
      },
      echo: {
        ...parameters,
        ...(durationS === undefined ? {} : { DurationInSeconds: durationS }),
        ...(silenceS === undefined ? {} : { SilenceDurationInSeconds: silenceS, SilenceThreshold: silenceThreshold }),
      },
    };
  },
  start({ bucket, folder, ...options }, { newRecording, legId }) {
    const { recordingId, number } = newRecording();
    const destination = { bucket, key: `${folder}${legId}-recordings-${number}.wav` };
    return {
      type: "running",
      state: { recordingId, destination, key: undefined },
      effects: [{ do: "record-audio", recordingId, destination, ...options }],
    };
  },
  step({ terminators }, recording, input) {
    if (input.type === "digit") {
      if (!terminators.includes(input.digit)) return undefined;
      // Keys in the audio have ended it already; those of SIP INFO end it here.
      const { recordingId, key = input.digit } = recording;
      return {
        type: "running",
        state: { ...recording, key },
        effects: [{ do: "stop-record-audio", recordingId }],
      };
    }
    if (!("recordingId" in input) || input.recordingId !== recording.recordingId) return undefined;
    if (input.type === "recording-failed") return { type: "failed", ...explain(input.error.code), effects: [] };
    if (input.type !== "recording-ended") return undefined;
    const key = keyThatEnded(input, recording);
    return {
      type: "succeeded",
      result: {
        ...describeDestination(recording.destination),
        ...(key === undefined ? {} : { RecordingTerminatorUsed: key }),
      },
      effects: [],
    };
  },
  stop: ({ recordingId }) => [{ do: "stop-record-audio", recordingId }],
  partialResult: (_value, { destination }) => describeDestination(destination),
});

function readOptional(value: unknown, read: (value: unknown) => number | undefined): number | "wrong" | undefined {
  return isAbsent(value) ? undefined : (read(value) ?? "wrong");
}

function isWithin(value: number | undefined): boolean {
  return value === undefined || (value >= 1 && value <= 1_000);
}

function readPlace(value: unknown): { readonly bucket: string; readonly folder: string } | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { Type: type, BucketName, Prefix } = value as JsonObject;
  const bucket = readText(BucketName);
  const prefix = isAbsent(Prefix) ? "" : readText(Prefix);
  const folder = prefix === undefined ? undefined : readRecordingFolder(prefix);
  return type === "S3" && isBucketName(bucket) && folder !== undefined ? { bucket, folder } : undefined;
}

function keyThatEnded(
  { end, terminator }: Extract<ActionInput, { type: "recording-ended" }>,
  { key }: Recording,
): string | undefined {
  if (end === "terminator") return terminator;
  return end === "stopped" ? key : undefined;
}

function describeDestination({ bucket, key }: ObjectName): JsonObject {
  return { RecordingDestination: { Type: "S3", BucketName: bucket, Key: key } };
}

function explain(code: string): ActionError {
  if (!code.startsWith("OBJECTS_") && code !== "CALL_RECORDING_NOT_STORED") return systemException;
  return {
    ...invalidParameter("Error occurred while uploading recording to S3 bucket."),
    legacyError: "NoAccessToDestination: Error while accessing destination",
  };
}

function wrong(name: string) {
  return { type: "bad", ...invalidParameter(`${name} parameter value is invalid.`) } as const;
}
