import type { SipRuleTriggerType, Store } from "../../store/index.ts";
import { e164Pattern, hostNamePattern, longestHostName, toE164 } from "../../sip-syntax/index.ts";
import { refuse } from "../refuse.ts";
import { describeInventory } from "./numbers/inventory.ts";

/** What a trigger is compared by: the E.164 number with +, or the host name in lower case.
 * A number must be in the inventory, for applications. Contract: api-trigger-number, api-trigger-host */
export async function readTriggerKey(type: SipRuleTriggerType, value: string, store: Store): Promise<string> {
  if (type === "RequestUriHostname") {
    const key = value.toLowerCase();
    if (key.length <= longestHostName && hostNamePattern.test(key)) return key;
    throw refuse(
      "API_BAD_REQUEST",
      `TriggerValue is ${JSON.stringify(value)}; for RequestUriHostname it must be a host name, for example pbx.example.com.`,
    );
  }
  if (!e164Pattern.test(value)) {
    throw refuse(
      "API_BAD_REQUEST",
      `TriggerValue is ${JSON.stringify(value)}; for ToPhoneNumber it must be a phone number in E.164 form, for example +12065550100.`,
    );
  }
  const key = toE164(value) ?? value;
  const number = await store.numbers.get(key);
  if (number === undefined || number.deletedAt !== undefined) {
    const owned = await describeInventory(store);
    throw refuse("API_BAD_REQUEST", `TriggerValue is ${key}, which is not in the number inventory. ${owned}`);
  }
  if (number.product === "SipMediaApplicationDialIn") return key;
  throw refuse(
    "API_BAD_REQUEST",
    `TriggerValue is ${key}, whose product type is ${number.product}; for a rule it must be SipMediaApplicationDialIn (UpdatePhoneNumber).`,
  );
}
