import { countryOf, newId } from "../../../kernel/index.ts";
import { toE164 } from "../../../sip-syntax/index.ts";
import type { OwnedRecords, PhoneNumber, PhoneNumberOrder, PhoneNumberProduct } from "../../../store/index.ts";
import { refuse } from "../../refuse.ts";
import { toWireOrder } from "../../wire/number-shapes.ts";
import { defineOperation, type OperationContext } from "../operation.ts";
import { readPage, type PageInput } from "../page.ts";
import { dropDeleted } from "./inventory.ts";
import { hasNumber } from "./number-pool.ts";

interface OrderInput {
  readonly ProductType: PhoneNumberProduct;
  readonly E164PhoneNumbers: readonly string[];
  readonly Name?: string;
}

/** Moves numbers from the pool into the inventory; the order is done at once. Contract: api-number-orders */
export const createPhoneNumberOrder = defineOperation<OrderInput>("CreatePhoneNumberOrder", async (input, context) => {
  const { numberPool, store, clock, numbersChanged, withinQuota } = context;
  const asked = [...new Set(input.E164PhoneNumbers.map((number) => toE164(number) ?? number))];
  if (input.ProductType === "VoiceConnector") refuseForeign(asked);
  const orderable = asked.filter((number) => hasNumber(numberPool, number));
  if (orderable.length === 0) {
    throw refuse(
      "API_LIMIT_EXCEEDED",
      `None of E164PhoneNumbers is among the numbers that can be ordered here; the configuration names those (numberPool).`,
    );
  }
  await dropDeleted(store.numbers, clock.now());
  const known = await Promise.all(orderable.map((number) => store.numbers.get(number)));
  const free = known.filter((number) => number === undefined).length;
  const order = await withinQuota("phoneNumbers", free, () =>
    store.atomically((records) => placeOrder(asked, input, records, context)),
  );
  await numbersChanged(asked);
  return { PhoneNumberOrder: toWireOrder(order) };
});

/** Reads one order. */
export const getPhoneNumberOrder = defineOperation<{ readonly PhoneNumberOrderId: string }>(
  "GetPhoneNumberOrder",
  async ({ PhoneNumberOrderId }, { store }) => {
    const order = await store.orders.get(PhoneNumberOrderId.toLowerCase());
    if (order === undefined)
      throw refuse(
        "API_NOT_FOUND",
        `There is no order of phone numbers with the id ${JSON.stringify(PhoneNumberOrderId)}.`,
      );
    return { PhoneNumberOrder: toWireOrder(order) };
  },
);

/** Pages through orders in order of creation. */
export const listPhoneNumberOrders = defineOperation<PageInput>("ListPhoneNumberOrders", async (input, { store }) => {
  const { rows, nextToken } = await readPage(input, (page) => store.orders.list(page));
  return { PhoneNumberOrders: rows.map(toWireOrder), NextToken: nextToken };
});

async function placeOrder(
  asked: readonly string[],
  input: OrderInput,
  records: OwnedRecords,
  { numberPool, clock }: OperationContext,
): Promise<PhoneNumberOrder> {
  const id = newId();
  const now = clock.now();
  const numbers: { e164: string; isAcquired: boolean }[] = [];
  for (const e164 of asked) {
    const number: PhoneNumber = {
      e164,
      product: input.ProductType,
      name: input.Name ?? "",
      callingName: "",
      callingNameAt: undefined,
      owner: undefined,
      orderId: id,
      tags: [],
      origin: "api",
      createdAt: now,
      updatedAt: now,
      deletedAt: undefined,
    };
    numbers.push({ e164, isAcquired: hasNumber(numberPool, e164) && (await records.numbers.insert(number)) });
  }
  const order = { id, product: input.ProductType, numbers, createdAt: now };
  await records.orders.insert(order);
  return order;
}

function refuseForeign(numbers: readonly string[]): void {
  const foreign = numbers.find((number) => countryOf(number) !== "US");
  if (foreign === undefined) return;
  throw refuse(
    "API_BAD_REQUEST",
    `E164PhoneNumbers has ${foreign}; numbers outside of the United States must have the ProductType SipMediaApplicationDialIn.`,
  );
}
