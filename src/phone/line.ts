import { AppError, errorMessage, type Clock } from "../kernel/index.ts";
import {
  createDescribedHosts,
  explainEnd,
  type AudioWish,
  type EndpointEnd,
  type LegEncryption,
  type LegCore,
  type LegEvents,
  type LegParts,
  type OpenMedia,
} from "../endpoint/index.ts";
import type { Media } from "../media/index.ts";
import * as sessionDescriptions from "../sdp/index.ts";
import type { CallEnd } from "../sip/index.ts";
import { createDeferred } from "./deferred.ts";
import { lookUpHost } from "./destination.ts";
import { createRecorder } from "./recorder.ts";
import { createSending } from "./sending.ts";
import type { PhoneCall, PhoneCallReport, PhoneOptions } from "./types.ts";

/** What every line of a phone is made with. */
export interface LineParts extends Pick<PhoneOptions, "media" | "clock" | "log"> {
  readonly onDigit: PhoneOptions["onDigit"] | undefined;
  readonly codecs: LegParts["codecs"];
  readonly srtp: LegParts["srtp"] | undefined;
}

/** Which way a call goes, who is at the far end, and its Call-ID so far. */
export type LineFacts = Pick<PhoneCall, "direction" | "remoteUser" | "headers" | "sipCallId">;

/** One call of a phone, on its leg. */
export interface Line<Leg extends LegCore> {
  readonly call: PhoneCall;
  readonly leg: Leg;
  rang(status: number): void;
}

/** Makes the line of one call.
 * @param makeLeg makes its leg
 * @param controls those of its owner that depend on the direction */
export function createLine<Leg extends LegCore>(
  facts: LineFacts,
  parts: LineParts,
  makeLeg: (legParts: LegParts) => Leg,
  controls: (leg: Leg) => Pick<PhoneCall, "answer" | "reject">,
): Line<Leg> {
  const { clock, log } = parts;
  const progress = createProgress(clock);
  const sending = createSending();
  const recorder = createRecorder(log);
  let { sipCallId } = facts;
  let digits = "";
  let encryption: LegEncryption | undefined;

  const events: LegEvents = {
    signalled: (id) => (sipCallId = id),
    progress: (status) => progress.rang(status),
    encrypted: (how) => (encryption = how),
    answered: () => {
      progress.answer();
      if (leg.session === undefined) return;
      recorder.start(leg.session);
      sending.start(leg.session);
    },
    playbackFinished: (id) => sending.sent(id),
    digitsSent: (id) => sending.sent(id),
    digit: (digit) => {
      digits += digit;
      parts.onDigit?.(call, digit);
    },
    ending: () => {
      sending.stop();
      void recorder.finish();
    },
    ended: (end, dialog) => {
      const problem = dialog.type === "local" && end.type !== "local" ? explainEnd(end) : undefined;
      if (problem !== undefined) log.warn({ sipCallId, problem }, "the phone gives a call up");
      progress.finish(end, { end: dialog, problem }, async () => {
        const heard = await recorder.finish();
        await leg.whenReleased();
        sending.drop();
        return { heard, digits, encryption };
      });
    },
  };
  const leg = makeLeg({
    ...{ events, clock, log, sessionDescriptions, at: clock.now() },
    ...{ codecs: parts.codecs, srtp: parts.srtp ?? "optional" },
    hosts: createDescribedHosts({ sessionDescriptions, lookUpHost }),
  });
  const change = (wish: AudioWish): Promise<void> => {
    const done = createDeferred<void>();
    leg.change(wish, (whyNot) => {
      if (whyNot === undefined) done.resolve();
      else done.reject(new AppError("PHONE_NOT_CHANGED", `the call goes on as it was: ${whyNot}`));
    });
    return done.promise;
  };
  const call: PhoneCall = {
    ...facts,
    get sipCallId() {
      return sipCallId;
    },
    ...{ answered: progress.answered, ringing: progress.ringing, ended: progress.ended },
    ...controls(leg),
    hangUp: () => leg.hangUp(),
    play: (pcm, repeat = 1) => sending.play(pcm, repeat),
    pressKeys: (keys, { toneMs = 100, gapMs = 100 } = {}) => sending.pressKeys(keys, toneMs, gapMs),
    ...{ hold: () => change({ isHeld: true }), resume: () => change({ isHeld: false }) },
    useCodecs: (codecs) => change({ codecs }),
    takeHeard: () => recorder.take(),
  };
  return { call, leg, rang: progress.rang };
}

/** How a line opens its RTP session: where the phone's media binds it.
 * @param localHost our address for the far end where that is every address */
export function openLineMedia(media: Pick<Media, "openSession">, localHost: () => string): OpenMedia {
  return async (delegate) => {
    const session = await media.openSession(delegate).catch((error: unknown) => {
      throw new Error(`no RTP session: ${errorMessage(error)}`, { cause: error });
    });
    const isEveryAddress = /^[0:.]+$/.test(session.localAddress);
    return { session, address: isEveryAddress ? localHost : () => session.localAddress };
  };
}

/** How far a call has come: it rings, is answered and ends, each at most once. */
function createProgress(clock: Clock) {
  const answered = createDeferred<void>();
  const ringing = createDeferred<number>();
  const ended = createDeferred<PhoneCallReport>();
  let answeredAtMs: number | undefined;
  return {
    answered: answered.promise,
    ringing: ringing.promise,
    ended: ended.promise,
    rang: (status: number) => ringing.resolve(status),
    answer: () => {
      answeredAtMs = clock.monotonicMs();
      ringing.reject(new AppError("PHONE_NEVER_RANG", "the call was answered without ringing"));
      answered.resolve();
    },
    /** `tidy` resolves with the report of the call when all is closed. */
    finish: (
      end: EndpointEnd,
      details: { readonly end: CallEnd; readonly problem: string | undefined },
      tidy: () => Promise<Pick<PhoneCallReport, "heard" | "digits" | "encryption">>,
    ) => {
      const durationMs = answeredAtMs === undefined ? 0 : clock.monotonicMs() - answeredAtMs;
      const why = explainEnd(end);
      ringing.reject(new AppError("PHONE_NEVER_RANG", `the call ended without ringing: ${why}`, { details }));
      answered.reject(new AppError("PHONE_NOT_ANSWERED", `the call was not answered: ${why}`, { details }));
      const report = { ...details, answered: answeredAtMs !== undefined, durationMs };
      void tidy().then((brought) => ended.resolve({ ...report, ...brought }));
    },
  };
}
