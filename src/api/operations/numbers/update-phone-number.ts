import type { FoundNumber, PhoneNumberProduct } from "../../../store/index.ts";
import { refuse } from "../../refuse.ts";
import { statusOf, toWireNumber } from "../../wire/number-shapes.ts";
import { defineOperation, type OperationContext } from "../operation.ts";
import { findOwnNumber, readNumberId } from "./inventory.ts";
import { changeEach } from "./number-errors.ts";

/** A calling name may be changed once in this time. */
const callingNameMs = 7 * 86_400_000;

interface Change {
  readonly PhoneNumberId: string;
  readonly ProductType?: PhoneNumberProduct;
  readonly CallingName?: string;
  readonly Name?: string;
}

/** Changes one of the product type, the calling name and the name. Contract: api-number-changes */
export const updatePhoneNumber = defineOperation<Change>("UpdatePhoneNumber", async (change, context) => ({
  PhoneNumber: toWireNumber(await changeNumber(change, context), context),
}));

/** The same for many. */
export const batchUpdatePhoneNumber = defineOperation<{ readonly UpdatePhoneNumberRequestItems: readonly Change[] }>(
  "BatchUpdatePhoneNumber",
  async ({ UpdatePhoneNumberRequestItems: items }, context) => {
    const seen = new Set<string>();
    for (const [index, { PhoneNumberId }] of items.entries()) {
      const key = readNumberId(PhoneNumberId) ?? PhoneNumberId;
      if (seen.has(key)) {
        const at = `UpdatePhoneNumberRequestItems[${index}].PhoneNumberId`;
        throw refuse(
          "API_BAD_REQUEST",
          `${at} is ${key}, which is in the list before; each number must be there once.`,
        );
      }
      seen.add(key);
    }
    return changeEach(
      items,
      ({ PhoneNumberId }) => PhoneNumberId,
      (change) => changeNumber(change, context),
    );
  },
);

async function changeNumber(change: Change, context: OperationContext): Promise<FoundNumber> {
  const given = (["ProductType", "CallingName", "Name"] as const).filter((member) => change[member] !== undefined);
  if (given.length !== 1) {
    const found = given.length === 0 ? "None" : given.join(" and ");
    const are = given.length === 0 ? "is" : "are";
    throw refuse(
      "API_BAD_REQUEST",
      `${found} of ProductType, CallingName and Name ${are} there; it must be one of them.`,
    );
  }
  return context.store.atomically(async (records) => {
    const number = await findOwnNumber(change.PhoneNumberId, records, context);
    const changed = withChange(number, change, context.clock.now());
    await records.numbers.update(changed);
    return changed;
  });
}

function withChange(number: FoundNumber, { ProductType, CallingName, Name }: Change, now: number): FoundNumber {
  if (ProductType !== undefined && ProductType !== number.product) {
    if (statusOf(number) === "Assigned") {
      const to = number.rule === undefined ? `the ${number.owner?.id}` : `the SIP rule ${number.rule.id}`;
      throw refuse(
        "API_CONFLICT",
        `${number.e164} belongs to ${to}; its product type can change only while it is unassigned.`,
      );
    }
    return { ...number, product: ProductType, updatedAt: now };
  }
  if (CallingName !== undefined && CallingName !== number.callingName) {
    const { callingNameAt = -Infinity } = number;
    if (now - callingNameAt < callingNameMs) {
      const when = new Date(callingNameAt + callingNameMs).toISOString();
      throw refuse(
        "API_CONFLICT",
        `The calling name of ${number.e164} can change once in 7 days; the next time is ${when}.`,
      );
    }
    return { ...number, callingName: CallingName, callingNameAt: now, updatedAt: now };
  }
  return Name === undefined ? number : { ...number, name: Name, updatedAt: now };
}
