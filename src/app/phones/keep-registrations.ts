import type { Logger } from "../../kernel/index.ts";
import type { KeptRegistration, RegistrationKeeper } from "../../sip/index.ts";
import type { Store, StoredRegistration } from "../../store/index.ts";

/** Registrations in the store. */
export interface KeptRegistrations extends RegistrationKeeper {
  /** Resolves when all is written. */
  close(): Promise<void>;
}

/** Opens the registrations that the process before left. What is saved is written one after the other, each account as it is by then. Rejects as the
 * store does. */
export async function openRegistrations(
  records: Store["registrations"],
  log: Pick<Logger, "warn">,
): Promise<KeptRegistrations> {
  const left = (await records.all()).map(({ id, bindings }) => ({ account: id, bindings }));
  const unwritten = new Map<string, KeptRegistration>();
  let writing: Promise<void> | undefined;
  let hasFailed = false;

  const writeAll = async () => {
    for (let next = takeFirst(unwritten); next !== undefined; next = takeFirst(unwritten)) {
      try {
        await write(records, { id: next.account, bindings: next.bindings });
        hasFailed = false;
      } catch (error) {
        // One line until it works again: a phone registers every minute.
        if (!hasFailed) log.warn({ err: error }, "a registration was not kept; it ends with this process");
        hasFailed = true;
      }
    }
    writing = undefined;
  };
  return {
    left,
    save(registration) {
      unwritten.set(registration.account, registration);
      writing ??= writeAll();
    },
    close: async () => writing,
  };
}

async function write(records: Store["registrations"], registration: StoredRegistration): Promise<void> {
  if (registration.bindings.length === 0) await records.delete(registration.id);
  else if (!(await records.replace(registration))) await records.insert(registration);
}

function takeFirst<Value>(map: Map<string, Value>): Value | undefined {
  const [first] = map;
  if (first === undefined) return undefined;
  map.delete(first[0]);
  return first[1];
}
