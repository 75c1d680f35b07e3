import { AppError, errorCode, errorMessage, type LegId, type Logger, type TransactionId } from "../kernel/index.ts";
import type { MediaRecording, MediaSession, RecordedAudio, RecordingEnd } from "../media/index.ts";
import type { ObjectStore } from "../objects/index.ts";
import type { Deliveries } from "./deliveries.ts";
import { printNote, type DeliveryNote } from "./delivery-notes.ts";
import type { CallEffect, ObjectName, PlaybackError, ParticipantTag, CallFact } from "../call/index.ts";

type EffectNamed<Name extends CallEffect["do"]> = Extract<CallEffect, { do: Name }>;

/** The effects that concern recordings. */
export type RecordingEffect = EffectNamed<
  | "record-audio"
  | "stop-record-audio"
  | "start-call-recording"
  | "pause-call-recording"
  | "resume-call-recording"
  | "stop-call-recording"
>;

/** What the recordings of a call are made with. */
export interface CallRecordingsParts {
  readonly objects: Pick<ObjectStore, "prepare">;
  readonly deliveries: Deliveries;
  readonly log: Logger;
  readonly transactionId: TransactionId;
  readonly sessionOf: (legId: LegId) => MediaSession | undefined;
  readonly tagOf: (legId: LegId) => ParticipantTag;
  readonly observe: (fact: CallFact) => void;
  /** A background recording runs. */
  readonly onStarted: (recordingId: string) => void;
  /** The file of a RecordAudio is in the store. */
  readonly onEnded: (recordingId: string, end: RecordingEnd, terminator: string | undefined) => void;
  readonly onFailed: (recordingId: string, error: PlaybackError) => void;
}

/** The recordings of one call, from their start until their files are in the store; they outlast the call. */
export interface CallRecordings {
  perform(effect: RecordingEffect): void;
}

type Handle = Pick<MediaRecording, "pause" | "resume"> & { readonly stop: () => unknown };

/** The destination of a recording, and the members of its log lines and facts. */
interface Label {
  readonly recordingId: string;
  readonly participantTag: ParticipantTag;
  readonly destination: ObjectName;
}

/** Makes the recordings of one call. */
export function createCallRecordings(parts: CallRecordingsParts): CallRecordings {
  const { transactionId } = parts;
  const running = new Map<string, Handle>();
  /** Failures that were logged already. */
  const reported = new Set<string>();

  /** Follows a recording to its end; a failure is reported and logged with the path of what was recorded. */
  const follow = (label: Label, deliver: () => Promise<void>) => {
    const { recordingId, participantTag, destination } = label;
    const delivered = deliver().catch((error: unknown) => {
      const failure = { code: errorCode(error) ?? "unknown", message: errorMessage(error) };
      const path = pathOf(error);
      const kept = path === undefined ? "" : `; what there is of it is kept in ${path} and tried again`;
      // A function that tries again and again does not fill the log.
      const isReported = path === undefined && reported.has(failure.message);
      reported.add(failure.message);
      parts.log[isReported ? "debug" : "error"](
        { err: error, ...destination, path },
        `a recording of ${participantTag} is not stored as ${destination.bucket}/${destination.key}: ${failure.message}${kept}`,
      );
      parts.observe({ type: "recording-lost", participantTag, ...destination, path, message: failure.message });
      parts.onFailed(recordingId, failure);
    });
    parts.deliveries.add(delivered.finally(() => running.delete(recordingId)));
  };

  /** Prepares the destination of a recording. A bucket that exists only because somebody records into it may be misspelt. */
  const prepare = async ({ bucket, key }: ObjectName) => {
    const { madeBucket } = await parts.objects.prepare(bucket, key);
    if (madeBucket === undefined) return;
    parts.log.warn({ bucket }, `there was no bucket ${bucket}: the folder ${madeBucket} was made for a recording`);
  };

  const labelOf = ({ recordingId, legId, destination }: EffectNamed<"record-audio" | "start-call-recording">) => ({
    ...{ recordingId, destination },
    participantTag: parts.tagOf(legId),
  });
  const noteOf = ({ participantTag, destination }: Label, more: Pick<DeliveryNote, "metadata" | "tellsDuration">) => ({
    ...{ transactionId, participantTag, ...destination, ...more },
  });

  const recordAudio = (effect: EffectNamed<"record-audio">) => {
    const { recordingId, legId, destination, maxMs, silenceMs, silenceThreshold, terminators } = effect;
    const label = labelOf(effect);
    follow(label, async () => {
      const note = noteOf(label, { metadata: {}, tellsDuration: false });
      const recording = sessionOrThrow(parts, legId).recordUntil({
        ...{ note: printNote(note), maxMs, silenceThreshold, terminators },
        ...(silenceMs === undefined ? {} : { silenceMs }),
      });
      const ignore = () => undefined;
      running.set(recordingId, { pause: ignore, resume: ignore, stop: () => recording.stop() });
      const spooled = spool(parts.deliveries, recording.path, note);
      await prepare(destination).catch(async (error: unknown) => {
        // Other obstacles may be gone when it has ended; it is kept until then.
        if (errorCode(error) !== "OBJECTS_NO_BUCKET") return;
        recording.stop();
        await recording.ended.catch(() => undefined);
        await spooled.forget();
        throw error;
      });
      await spooled.finish(recording.ended.then(({ audio }) => audio));
      const { end, terminator } = await recording.ended;
      parts.onEnded(recordingId, end, terminator);
    });
  };

  const startCallRecording = (effect: EffectNamed<"start-call-recording">) => {
    const { recordingId, legId, track, destination } = effect;
    const label = labelOf(effect);
    const metadata = {
      ...{ "transaction-id": transactionId, "call-id": legId },
      "recording-audio-file-format": "audio/wav",
    };
    follow(label, async () => {
      const note = noteOf(label, { metadata, tellsDuration: true });
      const recording = sessionOrThrow(parts, legId).startRecording({ track, note: printNote(note) });
      running.set(recordingId, recording);
      const spooled = spool(parts.deliveries, recording.path, note);
      // Recording goes on meanwhile, so that no audio is missing, and a store that cannot be reached is reported now and not after the call.
      await prepare(destination).catch(async (error: unknown) => {
        await recording.stop().catch(() => undefined);
        await spooled.forget();
        throw error;
      });
      // From then on it is owed, whatever becomes of this process.
      if (await recording.begun) parts.onStarted(recordingId);
      else await recording.stop().catch(() => undefined);
      await spooled.finish(recording.ended);
    });
  };

  return {
    perform(effect) {
      switch (effect.do) {
        case "record-audio":
          return recordAudio(effect);
        case "start-call-recording":
          return startCallRecording(effect);
        case "pause-call-recording":
          return running.get(effect.recordingId)?.pause();
        case "resume-call-recording":
          return running.get(effect.recordingId)?.resume();
        case "stop-record-audio":
        case "stop-call-recording":
          return void running.get(effect.recordingId)?.stop();
        default:
          return effect satisfies never;
      }
    },
  };
}

/** A recording that grows at `path`. */
function spool(deliveries: Deliveries, path: string, note: DeliveryNote) {
  return {
    /** It ended: puts it into the store. */
    async finish(ended: Promise<RecordedAudio>): Promise<void> {
      const fail = (error: unknown): never => {
        const code = errorCode(error) ?? "CALL_RECORDING_NOT_STORED";
        throw new AppError(code, errorMessage(error), { cause: error, details: { path } });
      };
      const audio = await ended.catch((error: unknown) => {
        deliveries.deliverLater({ path, note }, `it broke off: ${errorMessage(error)}`);
        return fail(error);
      });
      await deliveries.deliver(note, audio).catch(fail);
    },
    /** Nothing of it is to be kept. */
    forget: () => deliveries.forget(path),
  };
}

function sessionOrThrow({ sessionOf }: CallRecordingsParts, legId: LegId): MediaSession {
  const session = sessionOf(legId);
  if (session === undefined) throw new AppError("CALL_LEG_WITHOUT_MEDIA", "the leg has no RTP session");
  return session;
}

function pathOf(error: unknown): string | undefined {
  const details = error instanceof Error && "details" in error ? error.details : undefined;
  if (typeof details !== "object" || details === null || !("path" in details)) return undefined;
  return typeof details.path === "string" ? details.path : undefined;
}
