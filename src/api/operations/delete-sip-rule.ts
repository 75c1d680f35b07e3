import { noRule } from "./find.ts";
import { defineOperation } from "./operation.ts";

/** Removes a rule, enabled or not. Contract: api-delete-rule */
export const deleteSipRule = defineOperation<{ readonly SipRuleId: string }>(
  "DeleteSipRule",
  async (input, { store }) => {
    if (!(await store.rules.delete(input.SipRuleId))) throw noRule(input.SipRuleId);
    return undefined;
  },
);
