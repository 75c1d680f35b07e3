import { defineAction, systemException } from "../call/index.ts";

/** Fails, since there are no meetings yet. Contract: actions sections 2.4, 4 row 5 */
export const modifyChimeMeetingAttendees = defineAction<never>({
  type: "ModifyChimeMeetingAttendees",
  answers: false,
  needs: "live",
  reportsMidList: true,
  interruptible: false,
  failsWhenLegLeaves: true,

  check() {
    const why = "Meetings are not available in this version.";
    return { type: "bad", ...systemException, why, details: { ErrorList: [] } };
  },
  start: (value) => value,
});
