import { toWireRule } from "../wire/shapes.ts";
import { findRule } from "./find.ts";
import { defineOperation } from "./operation.ts";

/** Reads one rule. */
export const getSipRule = defineOperation<{ readonly SipRuleId: string }>("GetSipRule", async (input, { store }) => ({
  SipRule: toWireRule(await findRule(store, input.SipRuleId)),
}));
