import type { Logger } from "../kernel/index.ts";
import type { MediaDelegate, MediaSession, Pcm } from "../media/index.ts";
import type { LocalAudio } from "../sdp/index.ts";
import type { CallDelegate, CallEnd } from "../sip/index.ts";
import type { LegEnd } from "./inputs.ts";
import type { SessionDescriptions } from "./ports.ts";

/** What a leg tells its call. After `ended` nothing more comes. */
export interface LegEvents {
  ringing(): void;
  answered(): void;
  ended(end: LegEnd): void;
  signalled(sipCallId: string): void;
  playbackStarted(playbackId: string): void;
  playbackFinished(playbackId: string): void;
  digit(digit: string): void;
}

/** The SIP dialog and the RTP session of one leg, as one thing. */
export interface LegHandle {
  /** Ends the leg in whatever state it is. */
  hangUp(): void;
  play(playbackId: string, pcm: Pcm, repeat: number): void;
  stopPlayback(playbackId: string): void;
}

/** What both directions of a leg are made with. */
export interface LegParts {
  readonly sessionDescriptions: SessionDescriptions;
  readonly events: LegEvents;
  readonly log: Logger;
  /** Epoch milliseconds; the session id of our descriptions. */
  readonly at: number;
}

/** What both directions of a leg share: it ends once, offers inside the dialog, the plain commands. */
export interface LegCore extends LegHandle {
  /** Whether the leg has ended, for whatever reason. */
  isOver(): boolean;
  /** Gives the leg its RTP session. `address` is what SDP names. */
  attachMedia(session: MediaSession, address: string): void;
  /** Gives the leg its SIP dialog. */
  attachCall(call: { readonly sipCallId: string; hangUp(): void }): void;
  /** What our next description says; each has a higher version. */
  describe(): LocalAudio;
  /** Makes an offer whose answer will come with an ACK. */
  offerForAck(): string;
  /** Starts media with the answer to an offer of ours. False: it cannot be used, and the leg was ended. */
  takeAnswer(sdp: string | undefined, offered: LocalAudio): boolean;
  /** Media can flow: tells it once. */
  up(): void;
  /** Frees what the leg holds, without a word. */
  close(): void;
  /** The leg was ended by the far end, or before it could begin. */
  end(reason: LegEnd): void;
  /** Ends the leg for a reason of ours: the far end is told too. */
  fail(reason: LegEnd): void;
  /** The part of the SIP delegate that both directions share. */
  readonly sipEvents: CallDelegate;
  readonly mediaEvents: MediaDelegate;
}

/** Makes the shared core of a leg. */
export function createLegCore({ sessionDescriptions, events, log, at }: LegParts): LegCore {
  let session: MediaSession | undefined;
  let address = "";
  let call: { hangUp(): void } | undefined;
  let offeredForAck: LocalAudio | undefined;
  let sessionVersion = 0;
  let isUp = false;
  let over = false;

  const core: LegCore = {
    isOver: () => over,
    attachMedia: (opened, sdpAddress) => {
      session = opened;
      address = sdpAddress;
    },
    attachCall: (placed) => {
      call = placed;
      events.signalled(placed.sipCallId);
    },
    describe: () => ({
      address,
      port: session?.localPort ?? 0,
      codecs: ["PCMU", "PCMA"],
      sessionId: String(at),
      sessionVersion: ++sessionVersion,
    }),
    offerForAck: () => {
      offeredForAck = core.describe();
      return sessionDescriptions.createOffer(offeredForAck);
    },
    takeAnswer: (sdp, offered) => {
      const answer = sdp === undefined ? undefined : sessionDescriptions.readAnswer(sdp, offered);
      if (answer?.type === "agreed") {
        session?.start(answer.audio);
        return true;
      }
      log.warn({ answer }, "the far end's answer has no audio that both sides can use");
      core.fail(
        answer?.type === "malformed"
          ? { type: "failed", why: `the SDP answer cannot be read: ${answer.why}` }
          : { type: "no-common-codec" },
      );
      return false;
    },
    up: () => {
      if (isUp) return;
      isUp = true;
      events.answered();
    },
    close: () => {
      over = true;
      session?.close().catch((error: unknown) => log.warn({ err: error }, "an RTP session did not close"));
    },
    end: (reason) => {
      if (over) return;
      core.close();
      events.ended(reason);
    },
    fail: (reason) => {
      if (over) return;
      core.hangUp();
      events.ended(reason);
    },
    hangUp: () => {
      if (over) return;
      core.close();
      call?.hangUp();
    },
    play: (playbackId, pcm, repeat) => session?.play(playbackId, pcm, repeat),
    stopPlayback: (playbackId) => session?.stopPlayback(playbackId),
    sipEvents: {
      onOffer: (offer) => {
        if (over || session === undefined) return undefined;
        if (offer === undefined) return core.offerForAck();
        const answer = sessionDescriptions.answerOffer(offer, core.describe());
        if (answer.type !== "agreed") return undefined;
        session.start(answer.audio);
        return answer.answer;
      },
      onAcknowledged: ({ sdp }) => {
        const offered = offeredForAck;
        offeredForAck = undefined;
        if (!over && offered !== undefined && core.takeAnswer(sdp, offered)) core.up();
      },
      onInfoDigit: (digit) => events.digit(digit),
      onEnded: (end) => {
        const reason = explainCallEnd(end);
        if (reason !== undefined) core.end(reason);
      },
    },
    mediaEvents: {
      onPlaybackStarted: (playbackId) => events.playbackStarted(playbackId),
      onPlaybackFinished: (playbackId) => events.playbackFinished(playbackId),
      onDigit: (digit) => events.digit(digit),
      onRtpTimeout: () => core.fail({ type: "no-media" }),
    },
  };
  return core;
}

function explainCallEnd(end: CallEnd): LegEnd | undefined {
  switch (end.type) {
    case "local":
      return undefined;
    case "bye":
    case "cancelled":
    case "no-ack":
      return { type: end.type };
    case "rejected":
      return end.status === 488 ? { type: "no-common-codec" } : { type: "rejected", status: end.status };
    case "timeout":
      return { type: "unreachable", why: "no response" };
    case "transport":
      return { type: "unreachable", why: end.message };
    default:
      return end satisfies never;
  }
}
