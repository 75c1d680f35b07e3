import { AppError } from "../kernel/index.ts";
import type { MediaSession, Pcm } from "../media/index.ts";
import { createDeferred, type Deferred } from "./deferred.ts";

/** Audio and keys on their way out: each is a promise that settles when it was sent or cannot be any more. */
export interface Sending {
  play(pcm: Pcm, repeat: number): Promise<void>;
  pressKeys(digits: string, toneMs: number, gapMs: number): Promise<void>;
  /** Sends what was asked for so far, and all that comes after. */
  start(session: Pick<MediaSession, "play" | "sendDigits">): void;
  /** The session has sent the audio or keys with this id. */
  sent(id: string): void;
  /** Takes nothing more; audio and keys that wait may still be reported as sent. */
  stop(): void;
  /** Rejects all that was not sent. */
  drop(): void;
}

/** Makes the sending side of a call that is not answered yet. */
export function createSending(): Sending {
  const pending = new Map<string, Deferred<void>>();
  const waiting: ((session: Pick<MediaSession, "play" | "sendDigits">) => void)[] = [];
  let session: Pick<MediaSession, "play" | "sendDigits"> | undefined;
  let stopped = false;
  let lastId = 0;

  const send = (begin: (to: Pick<MediaSession, "play" | "sendDigits">, id: string) => void): Promise<void> => {
    const done = createDeferred<void>();
    if (stopped) {
      done.reject(callOver());
      return done.promise;
    }
    const id = String(++lastId);
    pending.set(id, done);
    if (session === undefined) waiting.push((to) => begin(to, id));
    else begin(session, id);
    return done.promise;
  };

  return {
    play: (pcm, repeat) => send((to, id) => to.play(id, pcm, repeat)),
    pressKeys: (digits, toneMs, gapMs) => {
      const bad = /[^0-9*#A-D,]/i.exec(digits);
      if (bad === null) return send((to, id) => to.sendDigits(id, digits.toUpperCase(), toneMs, gapMs));
      const refused = createDeferred<void>();
      refused.reject(new AppError("PHONE_BAD_KEYS", `"${bad[0]}" is no key: 0-9 * # A-D and the comma are`));
      return refused.promise;
    },
    start: (opened) => {
      session = opened;
      for (const begin of waiting.splice(0)) begin(opened);
    },
    sent: (id) => {
      pending.get(id)?.resolve();
      pending.delete(id);
    },
    stop: () => {
      stopped = true;
    },
    drop: () => {
      for (const done of pending.values()) done.reject(callOver());
      pending.clear();
    },
  };
}

function callOver(): AppError {
  return new AppError("PHONE_CALL_OVER", "the call ended before all was sent");
}
