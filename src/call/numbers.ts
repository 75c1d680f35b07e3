/** The E.164 form ("+" and digits) of a telephone number as SIP users write it; undefined when it is none. Marks such as "-", "."
 * and brackets do not count. Contract: sip-and-media section 1.1 */
export function toE164(user: string): string | undefined {
  const digits = user.replace(/[\s().-]/g, "");
  return /^\+?[1-9]\d{1,14}$/.test(digits) ? `+${digits.replace("+", "")}` : undefined;
}

/** What events show of a caller: a full international number gets its "+", anything else stays as received. */
export function showNumber(user: string): string {
  return /^\+|^[1-9]\d{10,14}$/.test(user) ? (toE164(user) ?? user) : user;
}
