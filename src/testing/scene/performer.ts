import type { AudioSource, CallEffect, JoinedMeeting } from "../../call/index.ts";
import type { LegId, Timer } from "../../kernel/index.ts";
import type { ManualClock } from "../manual-clock.ts";
import type { TimelessInput } from "./timeless-input.ts";
import { createTimedRecordings, type TimedRecordings } from "./timed-recordings.ts";
import { lengthOf, type SoundLengths } from "./sound.ts";

type Effect<Do extends CallEffect["do"]> = Extract<CallEffect, { do: Do }>;

/** What a leg was played. */
export interface Playback {
  readonly legId: LegId;
  readonly source: AudioSource;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Undefined while it runs. */
  endedAt: number | undefined;
}

/** A leg that the server called. */
export interface DialedLeg {
  readonly legId: LegId;
  readonly to: string;
  readonly from: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Everything that legs were asked for, in order. */
export interface Performed {
  readonly playbacks: Playback[];
  readonly dialed: DialedLeg[];
  /** Keys that legs were sent. */
  readonly sentKeys: { readonly legId: LegId; readonly keys: string }[];
  /** Legs that the server hung up or refused, with the status of a refusal. */
  readonly hungUp: Map<LegId, { readonly status: number | undefined }>;
  /** The legs whose audio is joined. */
  readonly joined: Set<LegId>;
  /** Legs that are in meetings, or were. */
  readonly meetings: LegId[];
  /** Objects that recordings go to: `bucket/key`. */
  readonly recordings: string[];
}

/** The world around a call in virtual time: timers, far ends, audio and recordings. */
export interface Performer {
  readonly performed: Performed;
  readonly recordings: TimedRecordings;
  perform(effect: Exclude<CallEffect, { do: "invoke" }>): void;
}

/** The meeting that every token lets in. */
const someMeeting = {
  meetingId: "2f5d9a1f-3b02-4b6e-9a57-5c9b0b9d1f3a",
  attendeeId: "7c1f5d9e-0a03-4b3c-8d3e-c2a8b0de2f0e",
};
const keyPauseMs = 500;

/** Nothing so far. */
export function createPerformed(): Performed {
  return {
    playbacks: [],
    dialed: [],
    sentKeys: [],
    hungUp: new Map(),
    joined: new Set(),
    meetings: [],
    recordings: [],
  };
}

/** Makes the performer of a call's effects; results come back by `give`. */
export function createPerformer(
  clock: ManualClock,
  lengths: SoundLengths & { readonly meeting?: JoinedMeeting },
  give: (input: TimelessInput) => void,
): Performer {
  const performed = createPerformed();
  const timers = new Map<string, Timer>();
  const player = createPlayer(clock, lengths, performed, give);
  const recordings = createTimedRecordings(clock, give);
  const keep = ({ destination: { bucket, key } }: Effect<"record-audio" | "start-call-recording">) =>
    void performed.recordings.push(`${bucket}/${key}`);

  function performOnLegs(effect: CallEffect): void {
    switch (effect.do) {
      case "dial-leg":
        performed.dialed.push(effect);
        return;
      case "answer-leg":
        give({ type: "leg-answered", legId: effect.legId });
        return;
      case "reject-leg":
        performed.hungUp.set(effect.legId, { status: effect.status });
        return;
      case "hang-up-leg":
        performed.hungUp.set(effect.legId, { status: undefined });
        return;
      case "bridge-legs":
        for (const legId of effect.legIds) performed.joined.add(legId);
        return;
      case "unbridge-legs":
        for (const legId of effect.legIds) performed.joined.delete(legId);
        return;
      case "join-meeting":
        performed.meetings.push(effect.legId);
        give({ type: "meeting-joined", legId: effect.legId, ...(lengths.meeting ?? someMeeting) });
        return;
      case "mute-attendees":
        give({ type: "attendees-muted", muteId: effect.muteId, unknown: [] });
        return;
      case "send-digits":
        performed.sentKeys.push({ legId: effect.legId, keys: effect.digits });
        clock.startTimer(keysMs(effect), () => give({ type: "digits-sent", sendId: effect.sendId }));
        return;
      default:
    }
  }

  return {
    performed,
    recordings,
    perform(effect) {
      switch (effect.do) {
        case "start-timer":
          timers.set(
            effect.timerId,
            clock.startTimer(effect.delayMs, () => give({ type: "timer-fired", timerId: effect.timerId })),
          );
          return;
        case "cancel-timer":
          timers.get(effect.timerId)?.cancel();
          return;
        case "play-audio":
          player.play(effect);
          return;
        case "stop-playback":
          player.stop(effect.playbackId);
          return;
        case "record-audio":
          keep(effect);
          recordings.record(effect);
          return;
        case "stop-record-audio":
          recordings.stop(effect.recordingId);
          return;
        case "start-call-recording":
          keep(effect);
          give({ type: "recording-started", recordingId: effect.recordingId });
          return;
        default:
          performOnLegs(effect);
      }
    },
  };
}

function keysMs({ digits, toneMs, gapMs }: Effect<"send-digits">): number {
  return [...digits].reduce((sum, key) => sum + (key === "," ? keyPauseMs : toneMs + gapMs), 0);
}

function createPlayer(
  clock: ManualClock,
  lengths: SoundLengths,
  { playbacks }: Performed,
  give: (input: TimelessInput) => void,
) {
  const running = new Map<string, { readonly timer: Timer; readonly playback: Playback }>();
  return {
    play({ playbackId, legId, source, repeat }: Effect<"play-audio">): void {
      const lengthMs = lengthOf(source, lengths);
      if (lengthMs === "missing") {
        const error =
          source.type === "object"
            ? { code: "CALL_AUDIO_NOT_FOUND", message: `there is no object ${source.key}` }
            : { code: "SPEECH_NO_ENGINE", message: "no engine can say it" };
        clock.startTimer(0, () => give({ type: "playback-failed", playbackId, error }));
        return;
      }
      const playback: Playback = { legId, source, startedAt: clock.now(), endedAt: undefined };
      playbacks.push(playback);
      const timer = clock.startTimer(lengthMs * repeat, () => {
        running.delete(playbackId);
        playback.endedAt = clock.now();
        give({ type: "playback-finished", playbackId });
      });
      running.set(playbackId, { timer, playback });
    },
    stop(playbackId: string): void {
      const one = running.get(playbackId);
      if (one === undefined) return;
      running.delete(playbackId);
      one.timer.cancel();
      one.playback.endedAt = clock.now();
    },
  };
}
