import { defineAction, systemException } from "../call/index.ts";

/** Fails, since there are no bots yet. Contract: actions section 2.13 */
export const startBotConversation = defineAction<never>({
  type: "StartBotConversation",
  answers: true,
  needs: "answered",
  reportsMidList: true,
  interruptible: false,
  failsWhenLegLeaves: true,

  check: () => ({ type: "bad", ...systemException, why: "Bots are not available in this version." }),
  start: (value) => value,
});
