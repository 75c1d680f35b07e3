import { AppError, type Logger } from "../kernel/index.ts";
import type { Page, PageRequest, RecordOrigin, Store } from "../store/index.ts";
import type { Config, ConfiguredApplication, ConfiguredRule } from "./config/config.ts";
import { putConfiguredConnectors } from "./configured-connectors.ts";
import { putConfiguredNumbers } from "./configured-numbers.ts";

/** Makes the store hold the numbers, connectors, applications and rules of the configuration as they are written there, and none that an earlier
 * configuration held. What was made through the API stays. Rejects with `APP_RULE_CONFLICT` when such a rule holds the trigger of
 * a configured one. Contract: api-configured-records */
export async function createConfiguredRecords(config: Config, store: Store, at: number, log: Logger): Promise<void> {
  await putConfiguredNumbers(config.numbers, store, at);
  await putConfiguredConnectors(config, store, at);
  const earlierRules = await listConfigured((page) => store.rules.list({ ...page, applicationId: undefined }));
  for (const rule of earlierRules) await store.rules.delete(rule.id);
  for (const application of config.applications) await putApplication(application, store, at);
  for (const rule of config.rules) {
    await insertRule(rule, store, earlierRules.find((earlier) => earlier.id === rule.id)?.createdAt ?? at, at);
  }
  const earlierApplications = await listConfigured((page) => store.applications.list(page));
  for (const { id, name } of earlierApplications) {
    if (config.applications.some((application) => application.id === id)) continue;
    if ((await store.applications.delete(id)) !== "in-use") continue;
    log.warn(
      { applicationId: id },
      `the application ${name} left the configuration, but a rule made through the API targets it: it stays`,
    );
  }
}

async function listConfigured<Row extends { readonly origin: RecordOrigin }>(
  list: (page: PageRequest) => Promise<Page<Row>>,
): Promise<readonly Row[]> {
  const found: Row[] = [];
  let token: string | undefined;
  do {
    const page = await list({ limit: 100, token });
    found.push(...page.rows.filter((row) => row.origin === "configuration"));
    token = page.nextToken;
  } while (token !== undefined);
  return found;
}

async function putApplication(application: ConfiguredApplication, store: Store, at: number): Promise<void> {
  const origin = "configuration";
  const known = await store.applications.get(application.id);
  if (known === undefined) {
    await store.applications.insert({ ...application, tags: [], origin, createdAt: at, updatedAt: at });
    return;
  }
  const isSame =
    known.origin === origin &&
    known.name === application.name &&
    known.functionArn === application.functionArn &&
    known.region === application.region;
  if (!isSame) await store.applications.update({ ...known, ...application, origin, updatedAt: at });
}

async function insertRule(rule: ConfiguredRule, store: Store, createdAt: number, at: number): Promise<void> {
  const outcome = await store.rules.insert({ ...rule, origin: "configuration", createdAt, updatedAt: at });
  if (outcome === "inserted") return;
  const why =
    outcome === "conflict"
      ? `another rule, made through the API, holds ${rule.triggerValue}; delete it, or take the rule out of the configuration`
      : "one of its applications does not exist";
  throw new AppError("APP_RULE_CONFLICT", `the rule ${rule.name} cannot be created: ${why}`);
}
