import type { CallFact, CallInput, LegAudioRecord, ParticipantTag } from "../call/index.ts";
import type { LegEncryption, LegEvents } from "../endpoint/index.ts";
import type { MediaSession } from "../media/index.ts";
import type { Clock, LegId } from "../kernel/index.ts";
import type { Succession } from "./succession.ts";

/** An input that the runner gives its time. */
export type UntimedInput = CallInput extends infer Input
  ? Input extends CallInput
    ? Omit<Input, "at">
    : never
  : never;

/** Turns the events of the legs of one call into inputs of its machine and facts. */
export interface LegInputs {
  /** `isOver`: whether the leg has ended. */
  of(
    leg: { readonly legId: LegId; readonly participantTag: ParticipantTag; isOver(): boolean },
    succession: Succession,
  ): LegEvents;
  /** A reply of the function came: the time until its first audio leaves counts from now. */
  replied(): void;
}

/** Makes the inputs of the legs of one call. */
export function createLegInputs({
  post,
  observe,
  recordAudio,
  audioFlows,
  clock,
}: {
  post(input: UntimedInput): void;
  observe(fact: CallFact): void;
  /** For the history of the call. */
  recordAudio(record: Omit<LegAudioRecord, "at">): void;
  audioFlows(participantTag: ParticipantTag, session: MediaSession): void;
  readonly clock: Pick<Clock, "monotonicMs">;
}): LegInputs {
  /** When the last reply came, until its first audio left. */
  let repliedAtMs: number | undefined;

  const audioStarted = (participantTag: ParticipantTag): void => {
    const sinceReplyMs = repliedAtMs === undefined ? undefined : clock.monotonicMs() - repliedAtMs;
    repliedAtMs = undefined;
    observe({ type: "audio-started", participantTag, sinceReplyMs });
  };

  return {
    replied: () => {
      repliedAtMs = clock.monotonicMs();
    },
    of: ({ legId, participantTag, isOver }, { transfer, replace }) => {
      let encryption: LegEncryption | undefined;
      return {
        ...{ transfer, replace },
        progress: (status) => {
          if (status === 180 || status === 183) post({ type: "leg-ringing", legId });
        },
        earlyMedia: () => post({ type: "leg-early-media", legId }),
        answered: () => post({ type: "leg-answered", legId }),
        encrypted: (how) => {
          encryption = how;
          observe({ type: "audio-encryption", participantTag, encryption });
        },
        audioFlows: (session) => audioFlows(participantTag, session),
        // What the machine ended itself is no news to it.
        ended: (end) => {
          if (end.type !== "local") post({ type: "leg-ended", legId, end });
        },
        signalled: (sipCallId, trunk) =>
          observe({
            ...{ type: "leg-signalled", participantTag, sipCallId },
            ...(trunk === undefined ? {} : { trunk }),
          }),
        playbackStarted: () => audioStarted(participantTag),
        playbackFinished: (playbackId) => post({ type: "playback-finished", playbackId }),
        digit: (digit) => post({ type: "digit", legId, digit }),
        digitsSent: (sendId) => {
          if (!isOver()) post({ type: "digits-sent", sendId });
        },
        audioProblem: (problem) => observe({ type: "audio-problem", participantTag, problem }),
        heard: (audio) => {
          observe({ type: "audio-ended", participantTag, audio });
          recordAudio({ participantTag, audio, ...(encryption === undefined ? {} : { encryption }) });
        },
      };
    },
  };
}
