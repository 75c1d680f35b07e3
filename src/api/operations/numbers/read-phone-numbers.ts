import type { NumberFilter, PhoneNumberProduct } from "../../../store/index.ts";
import { refuse } from "../../refuse.ts";
import { toWireNumber } from "../../wire/number-shapes.ts";
import { defineOperation } from "../operation.ts";
import { readPage, type PageInput } from "../page.ts";
import { dropDeleted, findNumber } from "./inventory.ts";

/** Statuses that a number can have here, and those of the model besides, which no number has. */
const statuses = ["Assigned", "Unassigned", "ReleaseInProgress"] as const;
const others = [
  ...["Cancelled", "PortinCancelRequested", "PortinInProgress", "AcquireInProgress", "AcquireFailed"],
  ...["DeleteInProgress", "ReleaseFailed", "DeleteFailed"],
];

interface ListInput extends PageInput {
  readonly Status?: string;
  readonly ProductType?: PhoneNumberProduct;
  readonly FilterName?: NonNullable<NumberFilter["association"]>["kind"];
  readonly FilterValue?: string;
}

/** Reads one number, also one in the deletion queue. */
export const getPhoneNumber = defineOperation<{ readonly PhoneNumberId: string }>(
  "GetPhoneNumber",
  async ({ PhoneNumberId }, context) => ({
    PhoneNumber: toWireNumber(await findNumber(PhoneNumberId, context.store, context), context),
  }),
);

/** Pages through the inventory and the deletion queue in order of creation. Contract: api-number-lists */
export const listPhoneNumbers = defineOperation<ListInput>("ListPhoneNumbers", async (input, context) => {
  const { store, clock } = context;
  const filter = readFilter(input);
  if (filter === undefined) return { PhoneNumbers: [] };
  await dropDeleted(store.numbers, clock.now());
  const { rows, nextToken } = await readPage(input, (page) => store.numbers.list({ ...page, filter }));
  return { PhoneNumbers: rows.map((number) => toWireNumber(number, context)), NextToken: nextToken };
});

/** undefined: no number can fit. */
function readFilter({ Status, ProductType, FilterName, FilterValue }: ListInput): NumberFilter | undefined {
  if ((FilterName === undefined) !== (FilterValue === undefined)) {
    const missing = FilterName === undefined ? "FilterName" : "FilterValue";
    throw refuse("API_BAD_REQUEST", `${missing} is missing; FilterName and FilterValue must be there both or neither.`);
  }
  const status = statuses.find((one) => one === Status);
  if (Status !== undefined && status === undefined) {
    if (others.includes(Status)) return undefined;
    const all = [...statuses, ...others].join(", ");
    throw refuse("API_BAD_REQUEST", `Status is ${JSON.stringify(Status)}; it must be one of ${all}.`);
  }
  return {
    status,
    product: ProductType,
    association:
      FilterName === undefined || FilterValue === undefined ? undefined : { kind: FilterName, id: FilterValue },
  };
}
