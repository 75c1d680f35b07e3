import { AppError } from "../kernel/index.ts";
import type { Store } from "../store/index.ts";
import type { Config, ConfiguredApplication, ConfiguredRule } from "./config.ts";

/** Makes the applications and rules of the configuration exist, as they are written there. What was made through the API stays.
 * Rejects with `APP_RULE_CONFLICT` when such a rule holds the trigger of a configured one. */
export async function createConfiguredRecords(config: Config, store: Store, at: number): Promise<void> {
  for (const application of config.applications) await putApplication(application, store, at);
  for (const rule of config.rules) await putRule(rule, store, at);
}

async function putApplication(application: ConfiguredApplication, store: Store, at: number): Promise<void> {
  const known = await store.applications.get(application.id);
  if (known === undefined) {
    await store.applications.insert({ ...application, tags: [], createdAt: at, updatedAt: at });
    return;
  }
  const isSame =
    known.name === application.name &&
    known.functionArn === application.functionArn &&
    known.region === application.region;
  if (!isSame) await store.applications.update({ ...known, ...application, updatedAt: at });
}

async function putRule(rule: ConfiguredRule, store: Store, at: number): Promise<void> {
  const known = await store.rules.get(rule.id);
  if (known !== undefined) await store.rules.delete(rule.id);
  const outcome = await store.rules.insert({ ...rule, createdAt: known?.createdAt ?? at, updatedAt: at });
  if (outcome === "inserted") return;
  const why =
    outcome === "conflict"
      ? `another rule, made through the API, holds ${rule.triggerValue}; delete it, or take the rule out of the configuration`
      : "one of its applications does not exist";
  throw new AppError("APP_RULE_CONFLICT", `the rule ${rule.name} cannot be created: ${why}`);
}
