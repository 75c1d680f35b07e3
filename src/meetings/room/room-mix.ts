import { errorMessage, type Logger } from "../../kernel/index.ts";
import type { MediaMixer, MediaSession, MemberLevel, MixerMedia, MixerPart } from "../../media/index.ts";

/** What a room hears of its mixer. */
export interface RoomMixEvents {
  onLevels(levels: readonly MemberLevel[]): void;
  onMediaFlows(session: MediaSession): void;
  onMediaLost(session: MediaSession): void;
  /** Its worker ended, and there is none for it any more. */
  onOut(session: MediaSession): void;
}

/** The mixer of a room: there while somebody needs it. */
export interface RoomMix {
  /** Opens a session near the mixer. Rejects as `open` does, and with `MEDIA_OVERLOADED`. */
  near<T>(open: (mixer: MediaMixer) => Promise<T>): Promise<T>;
  /** Throws `MEDIA_OVERLOADED`, `MEDIA_SESSION_CLOSED` and `MEDIA_ALREADY_BRIDGED`. The session hears nothing, and is not heard, until `set`. */
  add(session: MediaSession): void;
  set(session: MediaSession, part: MixerPart): void;
  remove(session: MediaSession): void;
}

const silentPart: MixerPart = { isHeard: false, hears: false };

/** Makes the mix of one room. A mixer whose worker ended is replaced by one in another. */
export function createRoomMix(media: MixerMedia, events: RoomMixEvents, log: Logger): RoomMix {
  const parts = new Map<MediaSession, MixerPart>();
  let opening = 0;
  let mixer: MediaMixer | undefined;
  const open = (): MediaMixer => {
    mixer ??= media.openMixer({ ...events, onLost: replace });
    return mixer;
  };
  const closeIfUnused = () => {
    if (parts.size > 0 || opening > 0) return;
    mixer?.close();
    mixer = undefined;
  };
  function replace(): void {
    log.warn({ members: parts.size }, "the worker that mixed a meeting ended; it is mixed in another now");
    mixer?.close();
    mixer = undefined;
    for (const [session, part] of parts) {
      try {
        open().add(session, part);
      } catch (error) {
        log.debug({ why: errorMessage(error) }, "a member of a meeting is in no mix any more");
        parts.delete(session);
        events.onOut(session);
      }
    }
    closeIfUnused();
  }
  return {
    async near(openSession) {
      opening++;
      try {
        return await openSession(open());
      } finally {
        opening--;
        closeIfUnused();
      }
    },
    add(session) {
      try {
        open().add(session, silentPart);
        parts.set(session, silentPart);
      } finally {
        closeIfUnused();
      }
    },
    set(session, part) {
      if (!parts.has(session)) return;
      parts.set(session, part);
      mixer?.set(session, part);
    },
    remove(session) {
      if (!parts.delete(session)) return;
      mixer?.remove(session);
      closeIfUnused();
    },
  };
}
