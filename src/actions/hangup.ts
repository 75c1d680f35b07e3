import { defineAction, parametersOf, readParameters } from "../call/index.ts";
import { oneOfNumbers, optional } from "../contract/index.ts";
import { isInvalid } from "./parameters/invalid-parameter.ts";

const parameters = parametersOf({
  SipResponseCode: optional(
    oneOfNumbers([0, 480, 486], 0, ({ acceptWrongHangupCode }) => !acceptWrongHangupCode),
    {
      description: "For a call that was not answered: 480 unavailable, 486 busy. 0: normal.",
      error: isInvalid("SipResponseCode"),
      aliases: ["sipResponseCode"],
    },
  ),
});

/** Ends its leg, or refuses an unanswered one. Codes that are not 0, 480 or 486 count as 0, unless the operator decided otherwise: a call
 * shall not stay up because of them. Contract: actions-hangup, leniency-hangup-code-wrong */
export const hangup = defineAction<number | undefined>({
  type: "Hangup",
  parameters,
  answers: false,
  // Ending a leg that has gone already is no error. Contract: leniency-hangup-of-departed-leg
  needs: "known",
  legs: "any",
  reportsMidList: true,
  interruptible: false,
  failsWhenLegLeaves: false,
  endsLeg: true,
  namesLegById: true,

  check(sent, context) {
    const read = readParameters(parameters, sent, context);
    return read.type === "bad" ? read : { type: "good", value: read.values.SipResponseCode, echo: read.echo };
  },
  start: (sipResponseCode) => ({ type: "hang-up", sipResponseCode }),
});
