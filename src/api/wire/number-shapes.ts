import type * as client from "@aws-sdk/client-chime-sdk-voice";
import { countryOf, isTollFree } from "../../kernel/index.ts";
import type { FoundNumber, PhoneNumberOrder } from "../../store/index.ts";
import { configuredMark, type Marked } from "./origin-mark.ts";

/** How long a number stays in the deletion queue, milliseconds. Contract: api-deletion-queue */
export const deletionQueueMs = 7 * 86_400_000;

/** Text messages are no business of this server. */
const capabilities: client.PhoneNumberCapabilities = {
  ...{ InboundCall: true, OutboundCall: true },
  ...{ InboundSMS: false, OutboundSMS: false, InboundMMS: false, OutboundMMS: false },
};

/** What a number is: "ReleaseInProgress" in the deletion queue. Contract: api-number-status */
export function statusOf({ deletedAt, owner, rule }: FoundNumber): "Assigned" | "Unassigned" | "ReleaseInProgress" {
  if (deletedAt !== undefined) return "ReleaseInProgress";
  return owner === undefined && rule === undefined ? "Unassigned" : "Assigned";
}

/** A number of the inventory as it goes over the wire. Contract: api-number-id */
export function toWireNumber(
  number: FoundNumber,
  { region, accountId }: { readonly region: string; readonly accountId: string },
): Marked<client.PhoneNumber> {
  const { e164, owner, rule, callingName, deletedAt } = number;
  const associations: client.PhoneNumberAssociation[] = [];
  if (rule !== undefined)
    associations.push({ Name: "SipRuleId", Value: rule.id, AssociatedTimestamp: new Date(rule.createdAt) });
  if (owner !== undefined)
    associations.push({ Name: owner.kind, Value: owner.id, AssociatedTimestamp: new Date(owner.at) });
  return {
    PhoneNumberId: encodeURIComponent(e164),
    PhoneNumberArn: `arn:aws:chime:${region}:${accountId}:phone-number/${e164}`,
    E164PhoneNumber: e164,
    ...optional("Country", countryOf(e164)),
    Type: isTollFree(e164) ? "TollFree" : "Local",
    ProductType: number.product,
    Status: statusOf(number),
    Capabilities: capabilities,
    Associations: associations,
    ...optional("CallingName", callingName === "" ? undefined : callingName),
    CallingNameStatus: callingName === "" ? "Unassigned" : "UpdateSucceeded",
    CreatedTimestamp: new Date(number.createdAt),
    UpdatedTimestamp: new Date(number.updatedAt),
    ...optional("DeletionTimestamp", deletedAt === undefined ? undefined : new Date(deletedAt + deletionQueueMs)),
    ...optional("OrderId", number.orderId),
    ...optional("Name", number.name === "" ? undefined : number.name),
    ...configuredMark(number),
  };
}

/** An order as it goes over the wire. Contract: api-number-orders */
export function toWireOrder({ id, product, numbers, createdAt }: PhoneNumberOrder): client.PhoneNumberOrder {
  const acquired = numbers.filter(({ isAcquired }) => isAcquired).length;
  const part = acquired === 0 ? "Failed" : "Partial";
  return {
    PhoneNumberOrderId: id,
    ProductType: product,
    Status: acquired === numbers.length ? "Successful" : part,
    OrderType: "New",
    OrderedPhoneNumbers: numbers.map(({ e164, isAcquired }) => ({
      E164PhoneNumber: e164,
      Status: isAcquired ? "Acquired" : "Failed",
    })),
    CreatedTimestamp: new Date(createdAt),
    UpdatedTimestamp: new Date(createdAt),
  };
}

function optional<Key extends string, Value>(key: Key, value: Value | undefined): { readonly [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]?: Value });
}
