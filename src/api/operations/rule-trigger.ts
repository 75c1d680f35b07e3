import type { SipRuleTriggerType } from "../../store/index.ts";
import { e164Pattern, hostNamePattern, longestHostName, toE164 } from "../../sip-syntax/index.ts";
import { listNumbers } from "../phone-number.ts";
import { refuse } from "../refuse.ts";

/** What a trigger is compared by: the E.164 number with +, or the host name in lower case.
 * A number must be in the inventory. Contract: api-trigger-number, api-trigger-host */
export function readTriggerKey(type: SipRuleTriggerType, value: string, numbers: readonly string[]): string {
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
  if (numbers.includes(key)) return key;
  throw refuse(
    "API_BAD_REQUEST",
    `TriggerValue is ${key}, which is not in the number inventory. ${listNumbers(numbers)}`,
  );
}
