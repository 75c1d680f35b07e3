import { AppError } from "../../../kernel/index.ts";
import type { FoundNumber, OwnedRecords } from "../../../store/index.ts";
import { refuse } from "../../refuse.ts";
import { toWireNumber } from "../../wire/number-shapes.ts";
import { defineOperation, type OperationContext } from "../operation.ts";
import { findNumber, findOwnNumber } from "./inventory.ts";
import { changeEach } from "./number-errors.ts";

interface Input {
  readonly PhoneNumberId: string;
}

/** Puts a number that belongs to nothing into the deletion queue. Contract: api-deletion-queue */
export const deletePhoneNumber = defineOperation<Input>("DeletePhoneNumber", async ({ PhoneNumberId }, context) => {
  await putIntoQueue(PhoneNumberId, context);
  return undefined;
});

/** The same for many. */
export const batchDeletePhoneNumber = defineOperation<{ readonly PhoneNumberIds: readonly string[] }>(
  "BatchDeletePhoneNumber",
  ({ PhoneNumberIds }, context) =>
    changeEach(
      PhoneNumberIds,
      (id) => id,
      (id) => putIntoQueue(id, context),
    ),
);

/** Takes a number out of the deletion queue. */
export const restorePhoneNumber = defineOperation<Input>("RestorePhoneNumber", async ({ PhoneNumberId }, context) => {
  // What is not there is told before there is no room for it.
  await findDeleted(PhoneNumberId, context.store, context);
  const restore = async (records: OwnedRecords) => {
    const number = await findDeleted(PhoneNumberId, records, context);
    const changed: FoundNumber = { ...number, deletedAt: undefined, updatedAt: context.clock.now() };
    await records.numbers.update(changed);
    return changed;
  };
  const restored = await context.withinQuota("phoneNumbers", 1, () => context.store.atomically(restore));
  await context.numbersChanged([restored.e164]);
  return { PhoneNumber: toWireNumber(restored, context) };
});

async function findDeleted(
  id: string,
  records: Pick<OwnedRecords, "numbers">,
  context: OperationContext,
): Promise<FoundNumber> {
  const number = await findNumber(id, records, context);
  if (number.deletedAt !== undefined) return number;
  throw refuse("API_NOT_FOUND", `${number.e164} is in the inventory and not in the deletion queue.`);
}

async function putIntoQueue(id: string, context: OperationContext): Promise<void> {
  const deleted = await context.store.atomically(async (records) => {
    const number = await findOwnNumber(id, records, context);
    refuseConfigured(number);
    refuseAssigned(number);
    const now = context.clock.now();
    await records.numbers.update({ ...number, deletedAt: now, updatedAt: now });
    return number.e164;
  });
  await context.numbersChanged([deleted]);
}

/** Contract: api-configured-kept */
function refuseConfigured({ e164, origin }: FoundNumber): void {
  if (origin !== "configuration") return;
  throw refuse("API_FORBIDDEN", `${e164} is one of numbers in offhook.yaml; take it out there to delete it.`);
}

function refuseAssigned({ e164, owner, rule }: FoundNumber): void {
  if (owner === undefined && rule === undefined) return;
  const what = rule === undefined ? `${owner?.kind.replace(/Id$/, "")} ${owner?.id}` : `SIP rule ${rule.id}`;
  const how = rule === undefined ? "disassociate it" : "delete the rule";
  throw new AppError("API_BAD_REQUEST", `${e164} belongs to the ${what}; ${how} before the number is deleted.`, {
    details: { errorCode: "PhoneNumberAssociationsExist" },
  });
}
