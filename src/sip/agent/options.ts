import type { SipMessage } from "../message/message.ts";

/** Option tags that we understand in Require. */
const knownOptions = new Set(["timer"]);

/** The option tags that a request requires and that we lack. RFC 3261 §8.2.2.3 */
export function unsupportedOptions(request: SipMessage): string[] {
  if (request.first("require") === undefined) return [];
  return request.list("require").filter((option) => !knownOptions.has(option.toLowerCase()));
}
