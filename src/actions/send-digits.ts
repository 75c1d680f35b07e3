import { defineAction } from "../call/index.ts";
import { invalidParameter } from "./invalid-parameter.ts";
import { isAbsent, readInteger } from "./numbers.ts";
import { readText } from "./text.ts";

interface SendDigits {
  readonly digits: string;
  readonly toneMs: number;
  readonly gapMs: number;
}

interface Sending {
  readonly sendId: string;
}

const defaultToneMs = 250;
const toneLimitsMs = { min: 50, max: 24_000 };

/** Presses keys towards the far end of a leg and waits until all are sent. Contract: actions sections 2.10, 4 row 28 */
export const sendDigits = defineAction<SendDigits, Sending>({
  type: "SendDigits",
  answers: true,
  needs: "answered",
  reportsMidList: false,
  interruptible: false,
  failsWhenLegLeaves: true,

  check(parameters, { limits: { digitGapMs } }) {
    const digits = readText(parameters["Digits"]);
    if (digits === undefined || !/^[0-9*#A-D,]{1,50}$/.test(digits)) {
      return { type: "bad", ...invalidParameter("Digits parameter value is invalid.") };
    }
    const tone = parameters["ToneDurationInMilliseconds"];
    const toneMs = isAbsent(tone) ? defaultToneMs : readInteger(tone);
    if (toneMs === undefined || toneMs < toneLimitsMs.min || toneMs > toneLimitsMs.max) {
      return { type: "bad", ...invalidParameter("ToneDuration parameter value is invalid.") };
    }
    return {
      type: "good",
      value: { digits, toneMs, gapMs: digitGapMs },
      echo: { ...parameters, Digits: digits, ToneDurationInMilliseconds: toneMs },
    };
  },
  start(value, context) {
    const sendId = context.newSendId();
    return { type: "running", state: { sendId }, effects: [{ do: "send-digits", sendId, ...value }] };
  },
  step: (_value, { sendId }, input) =>
    input.type === "digits-sent" && input.sendId === sendId
      ? { type: "succeeded", result: {}, effects: [] }
      : undefined,
});
