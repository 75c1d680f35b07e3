import { isObject, nameOfKind, type JsonObject } from "../../contract/index.ts";
import type { Cut } from "./reply-bounds.ts";
import type { CallLimits, Turn } from "../turn.ts";

/** Attributes that can be stored, undefined when none were sent; or why they cannot: in short, and as the function is told. */
export type CheckedAttributes =
  | { readonly type: "valid"; readonly map: JsonObject | undefined }
  | { readonly type: "invalid"; readonly errorType: string; readonly message: string; readonly what: string };

/** Checks `TransactionAttributes` of a reply. Contract: events-attributes, events-attributes-size
 * @param cut why they were not read to their end, if they were not: then they are too large, whatever is left of them */
export function checkAttributes(value: unknown, limits: CallLimits, cut?: Cut): CheckedAttributes {
  if (value === undefined || value === null) return { type: "valid", map: undefined };
  if (isObject(value)) {
    const { attributes } = limits;
    const checked = checkSize(value, limits);
    if (cut === undefined || checked.type === "invalid") return checked;
    const message = `Transaction Attributes is too large. Maximum size is ${attributes.bytes} bytes`;
    return tooLarge(message, `${cut.what}, allowed are at most ${attributes.bytes} bytes as JSON`);
  }
  const found = `found ${nameOfKind(value)}`;
  const message = `TransactionAttributes must be an object, ${found}.`;
  return {
    type: "invalid",
    errorType: "TransactionAttributesInvalid",
    message,
    what: `${found}, allowed is an object`,
  };
}

/** The stored attributes after a reply; `sent` undefined keeps what is there, an empty object clears it. Invalid: together with the stored ones
 * they are too many. Contract: events-attributes-keep, events-attributes-replace */
export function attributesAfter(turn: Turn, sent: JsonObject | undefined): CheckedAttributes {
  const { attributes: stored } = turn.state;
  if (sent === undefined) return { type: "valid", map: stored };
  if (Object.keys(sent).length === 0) return { type: "valid", map: undefined };
  return turn.config.compatibility.mergeAttributes
    ? checkSize({ ...stored, ...sent }, turn.config.limits)
    : { type: "valid", map: sent };
}

function checkSize(map: JsonObject, { attributes: { entries, bytes } }: CallLimits): CheckedAttributes {
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

function tooLarge(message: string, what: string): CheckedAttributes {
  return { type: "invalid", errorType: "TransactionAttributesInvalidMapSize", message, what };
}
