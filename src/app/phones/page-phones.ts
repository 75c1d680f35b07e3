import type { Session } from "../../api/index.ts";
import type { LentPhone, PhoneAccounts } from "./phone-accounts.ts";

/** The phone of the console's pages. */
export interface PagePhones {
  /** E.164 with +; functions see the first. */
  readonly numbers: readonly string[];
  /** The account of all pages of a session, for as long as that holds. undefined: no key is asked for, and all pages share one. */
  lend(session: Session | undefined): LentPhone;
}

/** Lends one phone to each session. undefined: no number is for pages. */
export function createPagePhones(
  accounts: Pick<PhoneAccounts, "lend">,
  numbers: readonly string[],
): PagePhones | undefined {
  if (numbers.length === 0) return undefined;
  const anybody = {};
  const lent = new WeakMap<object, LentPhone>();
  return {
    numbers,
    lend(session) {
      const owner = session ?? anybody;
      const phone = lent.get(owner) ?? accounts.lend(numbers, () => session?.isOver() === true);
      lent.set(owner, phone);
      return phone;
    },
  };
}
