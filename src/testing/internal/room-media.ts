import { AppError } from "../../kernel/index.ts";
import type {
  BrowserMedia,
  BrowserRemote,
  BrowserSession,
  MediaDelegate,
  MediaSession,
  MixerDelegate,
  MixerMedia,
  MixerPart,
} from "../../media/index.ts";
import { answerBrowserOffer, readBrowserOffer } from "../../sdp/index.ts";

/** The server's own reader and printer, for tests of rooms that know only their types. */
export const browserDescriptions = { readBrowserOffer, answerBrowserOffer };

/** A browser's session that exists in name only. */
export interface FakeBrowser {
  readonly session: BrowserSession;
  readonly remote: BrowserRemote;
  /** How often an offer was taken on. */
  starts(): number;
  isClosed(): boolean;
  /** Its keys are agreed. */
  connect(): void;
  /** The path to it is gone. */
  lose(): void;
}

/** The media of meetings without packets: it keeps who is in a mix, and a test says what comes. */
export interface FakeRoomMedia extends MixerMedia, BrowserMedia {
  readonly browsers: readonly FakeBrowser[];
  /** A telephone leg's session. */
  telephone(): MediaSession;
  /** What a session in a mix may do: "heard hears", "hears" and so on; undefined: it is in none. */
  partOf(session: MediaSession): string | undefined;
  mixers(): number;
  flows(session: MediaSession): void;
  stops(session: MediaSession): void;
  /** Who speaks, and how far below full scale. */
  levels(...levels: readonly (readonly [session: MediaSession, db: number])[]): void;
  /** The worker of all mixers ends. */
  loseWorker(): void;
  /** What is opened from now on is refused, or not. */
  setFull(isFull: boolean): void;
}

/** Makes such media. */
export function createRoomMedia(): FakeRoomMedia {
  const mixers = new Map<MixerDelegate, Map<MediaSession, MixerPart>>();
  const browsers: FakeBrowser[] = [];
  let isFull = false;
  const checkRoom = () => {
    if (isFull) throw new AppError("MEDIA_OVERLOADED", "The media workers are too busy.");
  };
  const delegateOf = (session: MediaSession) => [...mixers].find(([, parts]) => parts.has(session))?.[0];
  return {
    browsers,
    openMixer(delegate) {
      checkRoom();
      const parts = new Map<MediaSession, MixerPart>();
      mixers.set(delegate, parts);
      return {
        add: (session, part) => void parts.set(session, part),
        set: (session, part) => void parts.set(session, part),
        remove: (session) => void parts.delete(session),
        close: () => void mixers.delete(delegate),
      };
    },
    openBrowserSession(delegate: MediaDelegate & { onConnected?(): void }, remote) {
      if (remote === undefined) throw new Error("a browser of a meeting is known by its offer");
      return new Promise((resolve) => {
        checkRoom();
        let [starts, isClosed] = [0, false];
        const session = {
          transport: {
            ...{ iceUfrag: "ours", icePassword: "a-password-of-22-chars", fingerprint: "sha-256 AA:BB" },
            ...{ address: "192.0.2.1", port: 50_000, ssrc: 4_711 + browsers.length, playbackRateHz: 16_000 },
          },
          start: () => void starts++,
          close: () => {
            isClosed = true;
            return Promise.resolve({});
          },
        } as unknown as BrowserSession;
        browsers.push({
          ...{ session, remote, starts: () => starts, isClosed: () => isClosed },
          connect: () => delegate.onConnected?.(),
          lose: () => delegate.onLost?.(),
        });
        resolve(session);
      });
    },
    telephone: () => ({}) as MediaSession,
    partOf(session) {
      const part = [...mixers.values()].find((parts) => parts.has(session))?.get(session);
      return part && `${part.isHeard ? "heard " : ""}${part.hears ? "hears" : ""}`.trim();
    },
    mixers: () => mixers.size,
    flows: (session) => delegateOf(session)?.onMediaFlows?.(session),
    stops: (session) => delegateOf(session)?.onMediaLost?.(session),
    levels(...levels) {
      const heard = levels.map(([session, belowFullScaleDb]) => ({ session, belowFullScaleDb }));
      for (const delegate of mixers.keys()) delegate.onLevels?.(heard);
    },
    loseWorker() {
      for (const delegate of [...mixers.keys()]) delegate.onLost?.();
    },
    setFull: (value) => void (isFull = value),
  };
}
