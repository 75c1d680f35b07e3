import type { PhoneNumber, Store } from "../store/index.ts";

/** Most numbers that are read at once. */
const pageSize = 1_000;

/** Makes the inventory hold the numbers of the configuration, and none that only an earlier configuration named. What was set on a number, and
 * those that were ordered, stay. Contract: api-configured-records */
export async function putConfiguredNumbers(
  configured: readonly string[],
  { numbers }: Pick<Store, "numbers">,
  at: number,
): Promise<void> {
  const names = new Set(configured);
  for (const e164 of await listConfigured(numbers)) if (!names.has(e164)) await numbers.delete(e164);
  for (const e164 of configured) {
    const known = await numbers.get(e164);
    if (known === undefined) await numbers.insert(newNumber(e164, at));
    else if (known.origin !== "configuration" || known.deletedAt !== undefined)
      await numbers.update({ ...known, origin: "configuration", deletedAt: undefined, updatedAt: at });
  }
}

function newNumber(e164: string, at: number): PhoneNumber {
  return {
    ...{ e164, product: "SipMediaApplicationDialIn", name: "", tags: [], origin: "configuration" },
    ...{ callingName: "", callingNameAt: undefined, owner: undefined, orderId: undefined, deletedAt: undefined },
    createdAt: at,
    updatedAt: at,
  };
}

async function listConfigured(numbers: Store["numbers"]): Promise<readonly string[]> {
  const found: string[] = [];
  let token: string | undefined;
  do {
    const page = await numbers.list({ limit: pageSize, token, filter: {} });
    found.push(...page.rows.filter(({ origin }) => origin === "configuration").map(({ e164 }) => e164));
    token = page.nextToken;
  } while (token !== undefined);
  return found;
}
