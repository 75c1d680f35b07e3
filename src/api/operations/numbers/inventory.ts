import { refuse } from "../../refuse.ts";
import { toE164 } from "../../../sip-syntax/index.ts";
import type { FoundNumber, OwnedRecords, PhoneNumberRecords } from "../../../store/index.ts";
import { deletionQueueMs } from "../../wire/number-shapes.ts";
import type { OperationContext } from "../operation.ts";

/** Numbers named in a refusal. */
const numbersNamed = 10;

/** The E.164 form of an id as callers write it: `%2B12065550100`, `+12065550100` or `12065550100`; undefined when it is none.
 * Contract: api-number-id */
export function readNumberId(id: string): string | undefined {
  let text = id;
  try {
    if (/^%(?:25)?2b/i.test(id)) text = decodeURIComponent(decodeURIComponent(id));
  } catch {
    return undefined;
  }
  return toE164(text);
}

/** Takes out for good what has been in the deletion queue for its time. Contract: api-deletion-queue */
export async function dropDeleted(numbers: PhoneNumberRecords, now: number): Promise<void> {
  await numbers.deleteForGood(now - deletionQueueMs);
}

/** The number with this id, also when it is in the deletion queue; rejects with `API_NOT_FOUND`. */
export async function findNumber(
  id: string,
  records: Pick<OwnedRecords, "numbers">,
  { clock }: Pick<OperationContext, "clock">,
): Promise<FoundNumber> {
  const e164 = readNumberId(id);
  const number = e164 === undefined ? undefined : await records.numbers.get(e164);
  const isOver = number?.deletedAt !== undefined && number.deletedAt < clock.now() - deletionQueueMs;
  if (number === undefined || isOver) {
    throw refuse(
      "API_NOT_FOUND",
      `There is no phone number with the id ${JSON.stringify(id.slice(0, 80))} in the inventory.`,
    );
  }
  return number;
}

/** The same, without those in the deletion queue. */
export async function findOwnNumber(
  id: string,
  records: Pick<OwnedRecords, "numbers">,
  context: Pick<OperationContext, "clock">,
): Promise<FoundNumber> {
  const number = await findNumber(id, records, context);
  if (number.deletedAt === undefined) return number;
  throw refuse("API_NOT_FOUND", `${number.e164} is in the deletion queue; restore it first (RestorePhoneNumber).`);
}

/** A sentence that tells which numbers the inventory has. */
export async function describeInventory({ numbers }: Pick<OwnedRecords, "numbers">): Promise<string> {
  const { rows, nextToken } = await numbers.list({ limit: numbersNamed, token: undefined, filter: {} });
  const owned = rows.filter(({ deletedAt }) => deletedAt === undefined);
  if (owned.length === 0) return "The inventory is empty: add numbers in the configuration, or order them.";
  const more = nextToken === undefined ? "" : " and more";
  return `The inventory has: ${owned.map(({ e164 }) => e164).join(", ")}${more}.`;
}
