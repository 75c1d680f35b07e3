import { AppError, type Clock, errorMessage, type Logger } from "../kernel/index.ts";
import type { CallDelegate, CallEnd } from "../sip/index.ts";
import { createDeferred } from "./deferred.ts";
import { explainEnd } from "./explain-end.ts";
import { createLineAudio, type LineAudio, type LineAudioParts } from "./line-audio.ts";
import type { PhoneCall, PhoneCallReport } from "./types.ts";

/** What every line of a phone is made with. */
export interface LineParts extends Pick<LineAudioParts, "media" | "codecs" | "localHost" | "signalledFrom"> {
  readonly clock: Clock;
  readonly log: Logger;
  readonly onDigit: ((call: PhoneCall, digit: string) => void) | undefined;
}

/** Which way a call goes, and who is at the far end. */
export type LineFacts = Pick<PhoneCall, "direction" | "remoteUser" | "headers">;

/** What both directions of a call share: one audio, one answer, one end. */
export interface Line {
  readonly call: PhoneCall;
  readonly audio: LineAudio;
  /** The part of the SIP delegate that does not depend on the direction. */
  readonly delegate: CallDelegate;
  isOver(): boolean;
  /** Opens the RTP session. False: the call is over, for want of one or meanwhile. */
  openAudio(): Promise<boolean>;
  attachDialog(dialog: Dialog): void;
  rang(status: number): void;
  /** Starts media with the answer to our offer; the call is given up when it cannot be used. */
  takeAnswer(sdp: string | undefined): void;
  /** Media flows. */
  up(): void;
  /** Ends the call for want of something; `say` tells the far end. Default: hang up. */
  giveUp(problem: string, say?: () => void): void;
  /** The call is over. Only the first word counts. */
  finish(end: CallEnd): void;
}

/** The SIP side of a line. */
export interface Dialog {
  readonly sipCallId: string;
  hangUp(): void;
}

/** Makes the line of one call. `controls` are those of its owner that depend on the direction. */
export function createLine(facts: LineFacts, parts: LineParts, controls: Pick<PhoneCall, "answer" | "reject">): Line {
  const { clock, log } = parts;
  const progress = createProgress(clock);
  let dialog: Dialog | undefined;
  let digits = "";
  const pressed = (digit: string) => {
    digits += digit;
    parts.onDigit?.(line.call, digit);
  };
  const audio = createLineAudio({
    ...parts,
    sessionId: String(clock.now()),
    onDigit: pressed,
    onSilence: () => line.giveUp("the far end sends no audio"),
    onLost: () => line.giveUp("the media worker of the phone ended"),
  });
  const hangUp = () => (dialog === undefined ? line.finish({ type: "local" }) : dialog.hangUp());

  const line: Line = {
    call: createCall(facts, audio, progress, { ...controls, hangUp, sipCallId: () => dialog?.sipCallId ?? "" }),
    audio,
    isOver: progress.isOver,
    openAudio: async () => {
      try {
        await audio.open();
      } catch (error) {
        line.giveUp(`no RTP session: ${errorMessage(error)}`);
      }
      return !progress.isOver();
    },
    attachDialog: (placed) => {
      dialog = placed;
    },
    rang: progress.rang,
    takeAnswer: (sdp) => {
      if (progress.isOver()) return;
      const taken = audio.takeAnswer(sdp);
      if (taken.type === "agreed") line.up();
      else line.giveUp(taken.why);
    },
    up: () => {
      if (!progress.answer()) return;
      audio.begin();
    },
    giveUp: (problem, say = hangUp) => {
      if (progress.isOver()) return;
      progress.note(problem);
      log.warn({ sipCallId: dialog?.sipCallId, problem }, "the phone gives a call up");
      say();
    },
    finish: (end) => progress.finish(end, async () => ({ heard: await audio.close(), digits })),
    delegate: createDelegate(() => line),
  };
  return line;
}

function createDelegate(line: () => Line): CallDelegate {
  return {
    onOffer: (offer) => {
      const { audio, isOver } = line();
      if (isOver()) return undefined;
      if (offer === undefined) return audio.offer();
      const answer = audio.answer(offer);
      if (answer.type === "refused") return undefined;
      answer.start();
      return answer.sdp;
    },
    onAcknowledged: ({ sdp }) => {
      if (line().audio.awaitsAnswer()) line().takeAnswer(sdp);
    },
    onInfoDigit: (digit, durationMs) => line().audio.signalKey(digit, durationMs),
    onEnded: (end) => line().finish(end),
  };
}

function createCall(
  facts: LineFacts,
  audio: LineAudio,
  { answered, ringing, ended }: Pick<PhoneCall, "answered" | "ringing" | "ended">,
  controls: Pick<PhoneCall, "answer" | "reject" | "hangUp"> & { sipCallId(): string },
): PhoneCall {
  return {
    ...facts,
    get sipCallId() {
      return controls.sipCallId();
    },
    answered,
    ringing,
    ended,
    answer: controls.answer,
    reject: controls.reject,
    hangUp: controls.hangUp,
    play: (pcm, repeat = 1) => audio.sending.play(pcm, repeat),
    pressKeys: (keys, { toneMs = 100, gapMs = 100 } = {}) => audio.sending.pressKeys(keys, toneMs, gapMs),
    takeHeard: audio.takeHeard,
  };
}

/** How far a call has come: it rings, is answered and ends, each at most once. */
function createProgress(clock: Clock) {
  const answered = createDeferred<void>();
  const ringing = createDeferred<number>();
  const ended = createDeferred<PhoneCallReport>();
  let answeredAtMs: number | undefined;
  let problem: string | undefined;
  let over = false;
  return {
    answered: answered.promise,
    ringing: ringing.promise,
    ended: ended.promise,
    isOver: () => over,
    rang: (status: number) => ringing.resolve(status),
    note: (why: string) => void (problem = why),
    /** False when it was answered before, or is over. */
    answer: () => {
      if (over || answeredAtMs !== undefined) return false;
      answeredAtMs = clock.monotonicMs();
      ringing.reject(new AppError("PHONE_NEVER_RANG", "the call was answered without ringing"));
      answered.resolve();
      return true;
    },
    /** `tidy` gives what the call brought, when all is closed. */
    finish: (end: CallEnd, tidy: () => Promise<Pick<PhoneCallReport, "heard" | "digits">>) => {
      if (over) return;
      over = true;
      const durationMs = answeredAtMs === undefined ? 0 : clock.monotonicMs() - answeredAtMs;
      const why = problem ?? explainEnd(end);
      const details = { end, problem };
      ringing.reject(new AppError("PHONE_NEVER_RANG", `the call ended without ringing: ${why}`, { details }));
      answered.reject(new AppError("PHONE_NOT_ANSWERED", `the call was not answered: ${why}`, { details }));
      const report = { end, problem, answered: answeredAtMs !== undefined, durationMs };
      void tidy().then((brought) => ended.resolve({ ...report, ...brought }));
    },
  };
}
