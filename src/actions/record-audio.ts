import {
  defineAction,
  parametersOf,
  readParameters,
  systemException,
  type ActionError,
  type ActionInput,
  type JsonObject,
  type ObjectName,
} from "../call/index.ts";
import { decimal, defaulted, integer, keyList, object, optional, required, text, keyword } from "../contract/index.ts";
import { invalidParameter, valueIsInvalid } from "./parameters/invalid-parameter.ts";
import { isBucketName, readRecordingFolder } from "./recording/recording-folder.ts";

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

const destination = object({
  Type: required(keyword(["S3"]), { description: "Where: always S3." }),
  BucketName: required(
    text("name", { check: (name) => (isBucketName(name) ? undefined : { allowed: "the name of a bucket" }) }),
    { description: "The bucket." },
  ),
  Prefix: optional(
    text("name", {
      check: (prefix) =>
        readRecordingFolder(prefix) === undefined
          ? { allowed: "up to 979 letters, digits and / ! - _ . * ' ( )" }
          : undefined,
    }),
    { description: "The folder in it, with or without a slash at its end; default: none." },
  ),
});

const fields = {
  DurationInSeconds: optional(integer({ min: 1 }), {
    description: "The longest it may take; default: as long as the server allows.",
    error: valueIsInvalid("DurationInSeconds"),
  }),
  SilenceDurationInSeconds: optional(decimal({ min: 1, max: 1_000 }), {
    description: "So much silence ends it; default: none does.",
    error: valueIsInvalid("SilenceDurationInSeconds"),
  }),
  SilenceThreshold: defaulted(integer({ min: 1, max: 1_000 }), {
    description: "How loud silence may be; counts only with SilenceDurationInSeconds.",
    default: 200,
    error: valueIsInvalid("SilenceThreshold"),
    ignoredWhen: { absent: "SilenceDurationInSeconds" },
  }),
  RecordingTerminators: optional(keyList(), {
    description: "Keys that end it; they are not heard in the file.",
    error: valueIsInvalid("RecordingTerminators"),
  }),
  RecordingDestination: required(destination, {
    description: "Where the file shall be.",
    error: valueIsInvalid("RecordingDestination"),
  }),
};

const parameters = parametersOf(fields, [
  ({ DurationInSeconds }, { compatibility }) =>
    DurationInSeconds === undefined && compatibility.recordingNeedsDuration
      ? { field: "DurationInSeconds", found: "nothing", allowed: "1 or more" }
      : undefined,
]);
const results = object({
  RecordingDestination: required(
    object({
      Type: required(keyword(["S3"]), { description: "Always S3." }),
      BucketName: required(text("name"), { description: "The bucket." }),
      Key: required(text("name"), { description: "The key of the WAV file." }),
    }),
    { description: "Where the file is." },
  ),
  RecordingTerminatorUsed: optional(text("text"), { description: "The key that ended it, when one did." }),
});

/** Records what one leg says into a file, which is in the store when its event comes. Contract: actions-record-audio, actions-record-audio-key,
 * actions-record-audio-terminators, actions-record-audio-silence, actions-record-audio-interrupted */
export const recordAudio = defineAction<RecordAudio, Recording>({
  type: "RecordAudio",
  parameters,
  results,
  answers: true,
  needs: "answered",
  reportsMidList: true,
  interruptible: true,
  failsWhenLegLeaves: true,
  outlivesLeg: true,

  check(sent, context) {
    const read = readParameters(parameters, sent, context);
    if (read.type === "bad") return read;
    const { DurationInSeconds: durationS = Infinity, SilenceDurationInSeconds: silenceS, ...values } = read.values;
    const { BucketName: bucket, Prefix = "" } = values.RecordingDestination;
    const value = {
      maxMs: Math.min(context.limits.longestRecordingMs, durationS * 1_000),
      silenceMs: silenceS === undefined ? undefined : Math.round(silenceS * 1_000),
      silenceThreshold: values.SilenceThreshold,
      terminators: values.RecordingTerminators ?? [],
      ...{ bucket, folder: readRecordingFolder(Prefix) ?? "" },
    };
    return { type: "good", value, echo: read.echo };
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
  partialResult: (_value, { destination }, { compatibility }) =>
    compatibility.tellInterruptedRecording ? describeDestination(destination) : {},
});

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
