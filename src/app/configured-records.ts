import { isDeepStrictEqual } from "node:util";
import { AppError, type Logger } from "../kernel/index.ts";
import type { OwnedRecords, Page, PageRequest, RecordOrigin, SipRule, Store } from "../store/index.ts";
import type { Config, ConfiguredApplication, ConfiguredRule } from "./config/config.ts";
import { putConfiguredConnectors } from "./configured-connectors.ts";
import { putConfiguredNumbers } from "./configured-numbers.ts";

/** Makes the store hold the numbers, connectors, applications and rules of the configuration as they are written there, and none that an earlier
 * configuration held. What was made through the API stays. All of it at once: a server that starts beside others with the same configuration changes
 * nothing, also when they start together. Rejects with `APP_RULE_CONFLICT` when such a rule holds the trigger of a configured one; then nothing is
 * changed. Contract: api-configured-records */
export function createConfiguredRecords(
  config: Config,
  store: Pick<Store, "atomically">,
  at: number,
  log: Logger,
): Promise<void> {
  return store.atomically((records) => putConfigured(config, records, at, log));
}

async function putConfigured(config: Config, store: OwnedRecords, at: number, log: Logger): Promise<void> {
  await putConfiguredNumbers(config.numbers, store, at);
  await putConfiguredConnectors(config, store, at);
  const earlierRules = await listConfigured((page) => store.rules.list({ ...page, applicationId: undefined }));
  const isKept = (rule: SipRule) => config.rules.some((one) => isSameRule(one, rule));
  // Those that stay as they are, never go: a call may come meanwhile. The others go first, since one may get the trigger of another.
  for (const rule of earlierRules) if (!isKept(rule)) await store.rules.delete(rule.id);
  for (const application of config.applications) await putApplication(application, store, at);
  for (const rule of config.rules) {
    const earlier = earlierRules.find(({ id }) => id === rule.id);
    if (earlier === undefined || !isKept(earlier)) await insertRule(rule, store, earlier?.createdAt ?? at, at);
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

/** Rejects with `APP_RULE_CONFLICT` where a rule that was made through the API holds the trigger of one of the configuration. Nothing is changed. */
export async function checkConfiguredRules(config: Config, store: Pick<Store, "rules">): Promise<void> {
  for (const rule of config.rules) {
    const { triggerKey, triggerType } = rule;
    const { rows } = await store.rules.list({ limit: 100, token: undefined, applicationId: undefined, triggerKey });
    if (rows.some((other) => other.origin === "api" && other.triggerType === triggerType)) throw ruleConflict(rule);
  }
}

function isSameRule(configured: ConfiguredRule, stored: SipRule): boolean {
  const { origin: _ours, createdAt: _at, updatedAt: _later, ...same } = stored;
  return isDeepStrictEqual(JSON.parse(JSON.stringify(configured)), JSON.parse(JSON.stringify(same)));
}

function ruleConflict({ name, triggerValue }: ConfiguredRule): AppError {
  const why = `another rule, made through the API, holds ${triggerValue}; delete it, or take the rule out of the configuration`;
  return new AppError("APP_RULE_CONFLICT", `the rule ${name} cannot be created: ${why}`);
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

async function putApplication(application: ConfiguredApplication, store: OwnedRecords, at: number): Promise<void> {
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

async function insertRule(rule: ConfiguredRule, store: OwnedRecords, createdAt: number, at: number): Promise<void> {
  const outcome = await store.rules.insert({ ...rule, origin: "configuration", createdAt, updatedAt: at });
  if (outcome === "inserted") return;
  if (outcome === "conflict") throw ruleConflict(rule);
  throw new AppError(
    "APP_RULE_CONFLICT",
    `the rule ${rule.name} cannot be created: one of its applications does not exist`,
  );
}
