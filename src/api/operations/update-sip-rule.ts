import type { SipRule } from "../../store/index.ts";
import { toWireRule } from "../wire/shapes.ts";
import { findRule, noRule } from "./find.ts";
import { defineOperation } from "./operation.ts";
import { readTargets, targetWentAway, type TargetsInput } from "./rule-targets.ts";

interface Input {
  readonly SipRuleId: string;
  readonly Name: string;
  readonly Disabled?: boolean;
  readonly TargetApplications?: TargetsInput;
}

/** Renames, enables, disables or retargets a rule; what is absent stays. The trigger never changes. Contract: api-what-changes, api-what-stays */
export const updateSipRule = defineOperation<Input>("UpdateSipRule", async (input, { store, clock }) => {
  const before = await findRule(store, input.SipRuleId);
  const after: SipRule = {
    ...before,
    name: input.Name,
    disabled: input.Disabled ?? before.disabled,
    targets:
      input.TargetApplications === undefined ? before.targets : await readTargets(store, input.TargetApplications),
    updatedAt: clock.now(),
  };
  const outcome = await store.rules.update(after);
  if (outcome === "not-found") throw noRule(before.id);
  if (outcome === "no-application") throw targetWentAway();
  return { SipRule: toWireRule(after) };
});
