import { defineOperation } from "../operation.ts";
import { readPage } from "../page.ts";
import { dropDeleted } from "./inventory.ts";
import { searchPool } from "./number-pool.ts";

interface Input {
  readonly AreaCode?: string;
  readonly Country?: string;
  readonly TollFreePrefix?: string;
  readonly PhoneNumberType?: "Local" | "TollFree";
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

/** Finds numbers that can be ordered: those of `numberPool` that nobody has. Places narrow nothing, since the pool has none.
 * Contract: api-number-search */
export const searchAvailablePhoneNumbers = defineOperation<Input>(
  "SearchAvailablePhoneNumbers",
  async (input, { numberPool, store, clock }) => {
    await dropDeleted(store.numbers, clock.now());
    const search = { country: input.Country ?? "US", prefix: prefixOf(input), type: input.PhoneNumberType };
    const candidates = (above: number) => searchPool(numberPool, { ...search, above });
    const { rows, nextToken } = await readPage(input, (page) => store.numbers.listAbsent({ ...page, candidates }));
    return { E164PhoneNumbers: rows, NextToken: nextToken };
  },
);

/** Area codes are known in the North American plan; elsewhere numbers of the whole country are found. */
function prefixOf({ AreaCode, Country = "US", TollFreePrefix }: Input): string {
  const code = TollFreePrefix ?? AreaCode ?? "";
  return Country === "US" || Country === "CA" ? `1${code}` : "";
}
