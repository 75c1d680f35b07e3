import { errorMessage, type Logger } from "../kernel/index.ts";
import { pcmFromSamples, type MediaSession, type Pcm } from "../media/index.ts";

/** Keeps what a session hears, in pieces that can be taken while it goes on. */
export interface Recorder {
  start(session: Pick<MediaSession, "startCapture" | "stopCapture">): void;
  /** What was heard since the start or the last call of this; recording goes on. */
  take(): Promise<Pcm>;
  /** Stops and gives everything since the start. Nothing when it was never started. */
  finish(): Promise<Pcm>;
}

/** Makes a recorder. It never rejects: audio that cannot be read is logged and missing. */
export function createRecorder(log: Logger): Recorder {
  const pieces: Promise<Pcm>[] = [];
  let taken = 0;
  let session: Pick<MediaSession, "startCapture" | "stopCapture"> | undefined;

  const cut = (from: Pick<MediaSession, "stopCapture">) => {
    const piece = from.stopCapture().catch((error: unknown) => {
      log.warn({ why: errorMessage(error) }, "a part of the heard audio is lost");
      return pcmFromSamples([]);
    });
    pieces.push(piece);
  };

  const takeRest = async () => {
    const rest = pieces.slice(taken);
    taken = pieces.length;
    return join(await Promise.all(rest));
  };

  return {
    start: (from) => {
      session = from;
      from.startCapture();
    },
    take: () => {
      if (session !== undefined) {
        cut(session);
        session.startCapture();
      }
      return takeRest();
    },
    finish: async () => {
      if (session !== undefined) cut(session);
      session = undefined;
      return join(await Promise.all(pieces));
    },
  };
}

function join(pieces: readonly Pcm[]): Pcm {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return only;
  const joined = pcmFromSamples({ length: pieces.reduce((sum, piece) => sum + piece.samples.length, 0) });
  let at = 0;
  for (const piece of pieces) {
    joined.samples.set(piece.samples, at);
    at += piece.samples.length;
  }
  return joined;
}
