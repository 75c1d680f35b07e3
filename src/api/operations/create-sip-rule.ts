import { newId } from "../../kernel/index.ts";
import type { SipRule, SipRuleTriggerType } from "../../store/index.ts";
import { refuse } from "../refuse.ts";
import { toWireRule } from "../wire/shapes.ts";
import { defineOperation } from "./operation.ts";
import { readTargets, targetWentAway, type TargetsInput } from "./rule-targets.ts";
import { readTriggerKey } from "./rule-trigger.ts";

interface Input {
  readonly Name: string;
  readonly TriggerType: SipRuleTriggerType;
  readonly TriggerValue: string;
  readonly Disabled?: boolean;
  readonly TargetApplications: TargetsInput;
}

/** Binds a number or a host name to applications. Contract: api-trigger-once */
export const createSipRule = defineOperation<Input>("CreateSipRule", async (input, context) => {
  const { store, clock, withinQuota } = context;
  const now = clock.now();
  const rule: SipRule = {
    id: newId(),
    name: input.Name,
    disabled: input.Disabled ?? false,
    triggerType: input.TriggerType,
    triggerValue: input.TriggerValue,
    triggerKey: await readTriggerKey(input.TriggerType, input.TriggerValue, store),
    targets: await readTargets(store, input.TargetApplications),
    origin: "api",
    createdAt: now,
    updatedAt: now,
  };
  const outcome = await withinQuota("rules", 1, () => store.rules.insert(rule));
  if (outcome === "no-application") throw targetWentAway();
  if (outcome === "conflict") {
    throw refuse(
      "API_CONFLICT",
      `Another SIP rule, enabled or not, has the trigger ${rule.triggerType} ${rule.triggerKey}.`,
    );
  }
  return { SipRule: toWireRule(rule) };
});
