import { keyRefusal, requireRefusal } from "./checks.ts";
import { readInfoDigit } from "./info-digit.ts";
import type { Method } from "./method.ts";

/** Tells a key that was pressed. RFC 6086; Contract: sip-and-media-keys-by-info */
export const info: Method = {
  name: "INFO",
  isAllowed: true,
  outside: { begins: "nothing", cause: "no-dialog" },
  within: { checks: [requireRefusal, keyRefusal], read: (request) => ({ type: "info", key: readInfoDigit(request) }) },
};
