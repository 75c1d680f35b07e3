import type { Media, MediaDelegate, MediaLedger, MediaSession, SessionOptions } from "../../src/media/index.ts";
import type { NegotiatedAudio } from "../../src/sdp/index.ts";

/** A session with everything it was told, and a way to wait for the next thing. */
export interface Party {
  readonly session: MediaSession;
  readonly reported: string[];
  /** Resolves when `event` was told, at once when it was told before. */
  heard(event: string): Promise<void>;
}

/** Opens a session that keeps what it is told: "finished <id>", "digit <digit> <ms>" and so on. */
export async function aParty(media: Media, options?: SessionOptions): Promise<Party> {
  const reported: string[] = [];
  const waiting: { event: string; resolve: () => void }[] = [];
  const tell = (event: string) => {
    reported.push(event);
    for (const each of waiting) if (each.event === event) each.resolve();
  };
  const delegate: MediaDelegate = {
    onPlaybackStarted: (playbackId) => tell(`started ${playbackId}`),
    onPlaybackFinished: (playbackId) => tell(`finished ${playbackId}`),
    onDigit: (digit, durationMs) => tell(`digit ${digit} ${durationMs}`),
    onDigitsSent: (sendId) => tell(`sent ${sendId}`),
    onRtpTimeout: () => tell("timeout"),
    onLost: () => tell("lost"),
  };
  const session = await media.openSession(delegate, options);
  const heard = (event: string) =>
    reported.includes(event) ? Promise.resolve() : new Promise<void>((resolve) => waiting.push({ event, resolve }));
  return { session, reported, heard };
}

/** What is open in a room now. */
export function openIn(media: Media): Omit<MediaLedger, "packets"> {
  const { packets: _counted, ...open } = media.ledger();
  return open;
}

/** What was agreed with the far end at these ports of loopback. */
export function agreedWith(port: number, change: Partial<NegotiatedAudio> = {}): NegotiatedAudio {
  return {
    remoteAddress: "127.0.0.1",
    remotePort: port,
    remoteRtcpAddress: "127.0.0.1",
    remoteRtcpPort: port + 1,
    codec: { name: "PCMU", payloadType: 0 },
    telephoneEventPayloadType: 101,
    ptimeMs: 20,
    direction: "sendrecv",
    ...change,
  };
}

/** Connects two sessions. */
export function connect(one: MediaSession, other: MediaSession, change: Partial<NegotiatedAudio> = {}): void {
  one.start(agreedWith(other.localPort, change));
  other.start(agreedWith(one.localPort, change));
}
