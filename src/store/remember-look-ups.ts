import { LRUCache } from "lru-cache";
import { atMost, type Clock } from "../kernel/index.ts";
import type { DocumentRecords } from "./document-types.ts";
import type { Store } from "./types.ts";

/** How long a look-up is remembered. Writes through this store are seen at once; those of another process on the same database within this time. */
export const rememberedMs = 1_000;
/** Most look-ups that are remembered of each kind; strangers can ask for any number. */
const mostRemembered = 10_000;

/** The same store, which remembers what each new call asks for: rules by their trigger, applications, numbers, connectors and groups by their id.
 * Any write forgets all, and is told of. While the database cannot be asked, the last answers hold, so that calls go on. */
export function rememberLookUps(store: Store, clock: Pick<Clock, "monotonicMs">, onWrite: () => void): Store {
  const forgetting: (() => void)[] = [];
  const remember = <Found>(find: (key: string) => Promise<Found>): ((key: string) => Promise<Found>) => {
    const remembered = new LRUCache<string, Promise<Found>>({
      ...{ ...atMost(mostRemembered), ttl: rememberedMs },
      // No timer of the library, since tests have their own time; and to the library an entry of time 0 has none.
      ...{ ttlResolution: 0, perf: { now: () => clock.monotonicMs() + 1 } },
    });
    const last = new LRUCache<string, { readonly answer: Found }>(atMost(mostRemembered));
    forgetting.push(() => remembered.clear());
    forgetting.push(() => last.clear());
    const ask = async (key: string): Promise<Found> => {
      try {
        const answer = await find(key);
        last.set(key, { answer });
        return answer;
      } catch (error) {
        const known = last.get(key);
        if (known !== undefined) return known.answer;
        remembered.delete(key);
        throw error;
      }
    };
    return (key) => {
      const known = remembered.get(key);
      if (known !== undefined) return known;
      const found = ask(key);
      remembered.set(key, found);
      return found;
    };
  };
  /** Forgets when the write is done: a look-up that began before that may have the old record. */
  const forgetAfter = async <Outcome>(write: Promise<Outcome>): Promise<Outcome> => {
    try {
      return await write;
    } finally {
      for (const forget of forgetting) forget();
      onWrite();
    }
  };

  const forgettingWrites = <Record extends { readonly id: string }>(records: DocumentRecords<Record>) => ({
    ...records,
    get: remember((id: string) => records.get(id)),
    insert: (record: Record) => forgetAfter(records.insert(record)),
    replace: (record: Record) => forgetAfter(records.replace(record)),
    delete: (id: string) => forgetAfter(records.delete(id)),
  });

  const { applications, rules, numbers } = store;
  const ruleOf = {
    ToPhoneNumber: remember((key) => rules.findByTrigger("ToPhoneNumber", key)),
    RequestUriHostname: remember((key) => rules.findByTrigger("RequestUriHostname", key)),
  };
  return {
    ...store,
    connectors: forgettingWrites(store.connectors),
    groups: forgettingWrites(store.groups),
    numbers: {
      ...numbers,
      get: remember((e164) => numbers.get(e164)),
      insert: (number) => forgetAfter(numbers.insert(number)),
      update: (number) => forgetAfter(numbers.update(number)),
      delete: (e164) => forgetAfter(numbers.delete(e164)),
    },
    atomically: (work) => forgetAfter(store.atomically(work)),
    applications: {
      ...applications,
      get: remember((id) => applications.get(id)),
      insert: (application) => forgetAfter(applications.insert(application)),
      update: (application) => forgetAfter(applications.update(application)),
      delete: (id) => forgetAfter(applications.delete(id)),
    },
    rules: {
      ...rules,
      findByTrigger: (type, key) => ruleOf[type](key),
      insert: (rule) => forgetAfter(rules.insert(rule)),
      update: (rule) => forgetAfter(rules.update(rule)),
      delete: (id) => forgetAfter(rules.delete(id)),
    },
  };
}
