import { errorMessage, type Logger } from "../kernel/index.ts";
import type { Media, MediaSession, Pcm } from "../media/index.ts";
import { answerOffer, createOffer, readAnswer, type AudioCodec, type LocalAudio } from "../sdp/index.ts";
import { createRecorder } from "./recorder.ts";
import { createSending, type Sending } from "./sending.ts";

/** What the audio of a line is made with. */
export interface LineAudioParts {
  readonly media: Media;
  readonly codecs: readonly AudioCodec["name"][];
  readonly log: Logger;
  /** Address for SDP when RTP is bound to all addresses. */
  localHost(): string;
  /** Address that the far end's signalling comes from. */
  signalledFrom(): string;
  /** Numeric `o=` session id. */
  readonly sessionId: string;
  onDigit(digit: string): void;
  /** Nothing was heard for too long. */
  onSilence(): void;
  /** The audio is gone for good. */
  onLost(): void;
}

/** The RTP session of a line with its offers and answers. Refusals are sentences. */
export interface LineAudio {
  readonly sending: Sending;
  /** Opens the RTP session, once. Rejects as `Media.openSession` does. */
  open(): Promise<void>;
  offer(): string;
  /** Whether an offer of ours is open. */
  awaitsAnswer(): boolean;
  /** Reads the answer to our last offer and starts with it. */
  takeAnswer(sdp: string | undefined): { readonly type: "agreed" } | Refusal;
  /** Answers an offer; `start` carries it out. */
  answer(offer: string): { readonly type: "agreed"; readonly sdp: string; start(): void } | Refusal;
  /** Keeps what is heard from now on, and sends what was asked for. */
  begin(): void;
  /** The far end signalled a key beside its audio. */
  signalKey(digit: string, durationMs: number): void;
  takeHeard(): Promise<Pcm>;
  /** Ends everything, also a session that is still opening. Gives all that was heard; never rejects. */
  close(): Promise<Pcm>;
}

/** Why no audio can flow. */
export interface Refusal {
  readonly type: "refused";
  readonly why: string;
}

/** Makes the audio side of one line. */
export function createLineAudio(parts: LineAudioParts): LineAudio {
  const { media, codecs, log } = parts;
  const sending = createSending();
  const recorder = createRecorder(log);
  let opening: Promise<MediaSession> | undefined;
  let session: MediaSession | undefined;
  let offered: LocalAudio | undefined;
  /** Of the last description that was sent. */
  let sentVersion = 0;

  const describe = (): LocalAudio => ({
    address: session === undefined || isEveryAddress(session.localAddress) ? parts.localHost() : session.localAddress,
    port: session?.localPort ?? 0,
    codecs,
    sessionId: parts.sessionId,
    sessionVersion: sentVersion + 1,
  });

  return {
    sending,
    open: async () => {
      opening ??= media.openSession({
        onPlaybackFinished: (id) => sending.sent(id),
        onDigitsSent: (id) => sending.sent(id),
        onDigit: (digit) => parts.onDigit(digit),
        onRtpTimeout: () => parts.onSilence(),
        onLost: () => parts.onLost(),
      });
      session = await opening;
    },
    offer: () => {
      offered = describe();
      sentVersion = offered.sessionVersion;
      return createOffer(offered);
    },
    awaitsAnswer: () => offered !== undefined,
    takeAnswer: (sdp) => {
      const offer = offered;
      offered = undefined;
      if (sdp === undefined || offer === undefined) return refuse("the answer has no session description");
      const answer = readAnswer(sdp, offer);
      if (answer.type !== "agreed") return refuse(explain(answer));
      session?.start(answer.audio, parts.signalledFrom());
      return { type: "agreed" };
    },
    answer: (offer) => {
      const next = describe();
      const answer = answerOffer(offer, next);
      if (answer.type !== "agreed") return refuse(explain(answer));
      sentVersion = next.sessionVersion;
      return { type: "agreed", sdp: answer.answer, start: () => session?.start(answer.audio, parts.signalledFrom()) };
    },
    begin: () => {
      if (session === undefined) return;
      recorder.start(session);
      sending.start(session);
    },
    signalKey: (digit, durationMs) => session?.signalKey(digit, durationMs),
    takeHeard: () => recorder.take(),
    close: async () => {
      sending.stop();
      const heard = await recorder.finish();
      const opened = await opening?.catch(() => undefined);
      await opened?.close().catch((error: unknown) => log.warn({ why: errorMessage(error) }, "RTP did not close"));
      sending.drop();
      return heard;
    },
  };
}

function refuse(why: string): Refusal {
  return { type: "refused", why };
}

function explain(refusal: Exclude<ReturnType<typeof readAnswer>, { type: "agreed" }>): string {
  if (refusal.type !== "no-common-codec") return refusal.why;
  return `no common codec: the far end has ${refusal.offered.join(", ") || "none"}`;
}

function isEveryAddress(address: string): boolean {
  return /^[0:.]+$/.test(address);
}
