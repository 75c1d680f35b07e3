import { defineAction } from "../call/index.ts";
import { isAbsent, readInteger } from "./numbers.ts";

const allowedCodes = [0, 480, 486];

/** Ends its leg, or refuses an unanswered one. Codes that are not 0, 480 or 486 count as 0, since a call must never
 * stay up because of them. Contract: actions section 2.2, leniency section 3 */
export const hangup = defineAction<number | undefined>({
  type: "Hangup",
  answers: false,
  // Ending a leg that has gone already is no error (leniency section 2).
  needs: "known",
  reportsMidList: true,
  interruptible: false,
  failsWhenLegLeaves: false,

  check(parameters) {
    const sent = parameters["SipResponseCode"] ?? parameters["sipResponseCode"];
    if (isAbsent(sent)) return { type: "good", value: undefined, echo: parameters };
    const code = readInteger(sent);
    const value = code !== undefined && allowedCodes.includes(code) ? code : 0;
    return { type: "good", value, echo: { ...parameters, SipResponseCode: value } };
  },
  start: (sipResponseCode) => ({ type: "hang-up", sipResponseCode }),
});
