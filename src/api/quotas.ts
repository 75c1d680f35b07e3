import type { Store } from "../store/index.ts";
import { refuse } from "./refuse.ts";

/** How many records an account may have of each kind, those of the configuration among them. undefined: no limit. */
export interface Quotas {
  readonly applications?: number | undefined;
  readonly rules?: number | undefined;
  readonly voiceConnectors?: number | undefined;
  readonly voiceConnectorGroups?: number | undefined;
  /** Of the inventory; those in the deletion queue are no part of it. */
  readonly phoneNumbers?: number | undefined;
}

type QuotaName = keyof Quotas;

/** Runs what makes `count` more records of a kind, or rejects with `API_LIMIT_EXCEEDED`. One after another of each kind: no two
 * take the same last place. */
export type WithinQuota = <Out>(name: QuotaName, count: number, make: () => Promise<Out>) => Promise<Out>;

const words: Readonly<Record<QuotaName, string>> = {
  applications: "SIP media applications",
  rules: "SIP rules",
  voiceConnectors: "Voice Connectors",
  voiceConnectorGroups: "Voice Connector groups",
  phoneNumbers: "phone numbers",
};

/** Makes the check of one account. Contract: api-quotas */
export function createQuotas(quotas: Quotas, store: Store): WithinQuota {
  const counters: Readonly<Record<QuotaName, () => Promise<number>>> = {
    applications: () => store.applications.count(),
    rules: () => store.rules.count(),
    voiceConnectors: () => store.connectors.count(),
    voiceConnectorGroups: () => store.groups.count(),
    phoneNumbers: () => store.numbers.count(),
  };
  const last = new Map<QuotaName, Promise<unknown>>();
  return (name, count, make) => {
    const most = quotas[name];
    if (most === undefined) return make();
    const turn = (last.get(name) ?? Promise.resolve()).then(async () => {
      const present = await counters[name]();
      if (present + count > most) throw overQuota(name, present, count, most);
      return make();
    });
    last.set(
      name,
      turn.catch(() => undefined),
    );
    return turn;
  };
}

function overQuota(name: QuotaName, present: number, count: number, most: number): Error {
  const more = count === 1 ? "one more" : `${count} more`;
  return refuse(
    "API_LIMIT_EXCEEDED",
    `The account has ${present} ${words[name]}, and ${more} would be above its quota of ${most} (api.quotas.${name} in the configuration).`,
  );
}
