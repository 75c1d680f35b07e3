import { defineAction, parametersOf, readParameters } from "../call/index.ts";
import { defaulted, integer, required, text } from "../contract/index.ts";
import { valueIsInvalid } from "./parameters/invalid-parameter.ts";

interface SendDigits {
  readonly digits: string;
  readonly toneMs: number;
  readonly gapMs: number;
}

interface Sending {
  readonly sendId: string;
}

const parameters = parametersOf({
  Digits: required(
    text("text", { pattern: /^[0-9*#A-D,]{1,50}$/, allowed: "1 to 50 of 0 to 9, *, #, A to D and comma" }),
    {
      description: "The keys to press; a comma is a pause of half a second.",
      error: valueIsInvalid("Digits"),
    },
  ),
  ToneDurationInMilliseconds: defaulted(integer({ min: 50, max: 24_000 }), {
    description: "Length of each tone.",
    default: 250,
    error: valueIsInvalid("ToneDuration"),
  }),
});

/** Presses keys towards the far end of a leg and waits until all are sent. Contract: actions-send-digits-wait, actions-send-digits-gap */
export const sendDigits = defineAction<SendDigits, Sending>({
  type: "SendDigits",
  parameters,
  answers: true,
  needs: "answered",
  reportsMidList: false,
  interruptible: false,
  failsWhenLegLeaves: true,

  check(sent, context) {
    const read = readParameters(parameters, sent, context);
    if (read.type === "bad") return read;
    const { Digits: digits, ToneDurationInMilliseconds: toneMs } = read.values;
    return { type: "good", value: { digits, toneMs, gapMs: context.limits.digitGapMs }, echo: read.echo };
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
