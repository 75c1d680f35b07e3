import { noRule } from "./find.ts";
import { defineOperation } from "./operation.ts";

/** Removes a rule, enabled or not (`reference/api.md` section 11, row 2). */
export const deleteSipRule = defineOperation<{ readonly SipRuleId: string }>(
  "DeleteSipRule",
  async (input, { store }) => {
    if (!(await store.rules.delete(input.SipRuleId))) throw noRule(input.SipRuleId);
    return undefined;
  },
);
