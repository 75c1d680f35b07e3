import { isObject, nameOfKind, type JsonObject } from "../contract/index.ts";
import type { CallLimits, Turn } from "./turn.ts";

/** Attributes that can be stored, undefined when none were sent; or why they cannot: in short, and as the function is told. */
export type CheckedAttributes =
  | { readonly type: "valid"; readonly map: JsonObject | undefined }
  | { readonly type: "invalid"; readonly errorType: string; readonly message: string; readonly what: string };

/** Checks `TransactionAttributes` of a reply. Contract: events section 4 */
export function checkAttributes(value: unknown, limits: CallLimits): CheckedAttributes {
  if (value === undefined || value === null) return { type: "valid", map: undefined };
  if (isObject(value)) return checkSize(value, limits);
  const found = `found ${nameOfKind(value)}`;
  const message = `TransactionAttributes must be an object, ${found}.`;
  return {
    type: "invalid",
    errorType: "TransactionAttributesInvalid",
    message,
    what: `${found}, allowed is an object`,
  };
}

/** What the attributes of a reply leave in the store; `sent` undefined keeps what is there, an empty object clears it. Invalid: together
 * with the stored ones they are too many. Contract: events sections 4, 13 row 9 */
export function attributesAfter(turn: Turn, sent: JsonObject | undefined): CheckedAttributes {
  const { attributes: stored } = turn.state;
  if (sent === undefined) return { type: "valid", map: stored };
  if (Object.keys(sent).length === 0) return { type: "valid", map: undefined };
  return turn.config.compatibility.mergeAttributes
    ? checkSize({ ...stored, ...sent }, turn.config.limits)
    : { type: "valid", map: sent };
}

function checkSize(map: JsonObject, { attributes: { entries, bytes } }: CallLimits): CheckedAttributes {
  const tooLarge = (message: string, what: string) =>
    ({ type: "invalid", errorType: "TransactionAttributesInvalidMapSize", message, what }) as const;
  const count = Object.keys(map).length;
  if (count > entries) {
    const message = `Transaction Attributes has too many mappings. Maximum number of mappings is ${entries}`;
    return tooLarge(message, `found ${count} attributes, allowed are at most ${entries}`);
  }
  const sizeBytes = Buffer.byteLength(JSON.stringify(map));
  if (sizeBytes > bytes) {
    const message = `Transaction Attributes is too large. Maximum size is ${bytes} bytes, found ${sizeBytes}`;
    return tooLarge(message, `found ${sizeBytes} bytes as JSON, allowed are at most ${bytes}`);
  }
  return { type: "valid", map };
}
