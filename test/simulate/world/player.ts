import type { PlaybackError } from "../../../src/call/index.ts";
import type { LegId } from "../../../src/kernel/index.ts";
import type { Effect } from "../../../src/testing/internal/call-performer.ts";
import type { Entry } from "./agenda.ts";
import type { World } from "./world.ts";

/** What sounds on the legs. */
export interface Player {
  play(effect: Effect<"play-audio">): void;
  stop(effect: Effect<"stop-playback">): void;
  sendDigits(effect: Effect<"send-digits">): void;
  /** The leg's RTP session is closed. */
  close(legId: LegId): void;
}

const errors: readonly PlaybackError[] = [
  "CALL_AUDIO_NOT_FOUND",
  "MEDIA_UNSUPPORTED_AUDIO",
  "SPEECH_BAD_SSML",
  "SPEECH_THROTTLED",
  "OBJECTS_UNAVAILABLE",
  "unknown",
].map((code) => ({ code, message: "it cannot be played" }));

/** Audio of random length, that fails now and then. */
export function createPlayer({ choices, agenda, give }: World): Player {
  const { below, one, rarely } = choices;
  const playing = new Map<string, { readonly legId: LegId; readonly entry: Entry }>();
  const sending = new Map<LegId, Entry>();
  return {
    play({ playbackId, legId, repeat }) {
      const fails = rarely(12);
      const afterMs = fails ? one([0, below(300)]) : below(4_000) * Math.min(repeat, 100_000);
      const entry = agenda.after(afterMs, () => {
        playing.delete(playbackId);
        if (fails) give({ type: "playback-failed", playbackId, error: one(errors) });
        else give({ type: "playback-finished", playbackId });
      });
      playing.set(playbackId, { legId, entry });
    },
    stop({ playbackId }) {
      const one = playing.get(playbackId);
      playing.delete(playbackId);
      // Its end may be under way already.
      if (rarely(15)) agenda.after(0, () => give({ type: "playback-finished", playbackId }));
      agenda.cancel(one?.entry);
    },
    sendDigits({ sendId, legId, digits }) {
      const afterMs = below(4) === 3 ? 12_000 : digits.length * 350;
      sending.set(
        legId,
        agenda.after(afterMs, () => give({ type: "digits-sent", sendId })),
      );
    },
    close(legId) {
      if (rarely(15)) return;
      agenda.cancel(sending.get(legId));
      for (const one of playing.values()) if (one.legId === legId) agenda.cancel(one.entry);
    },
  };
}
