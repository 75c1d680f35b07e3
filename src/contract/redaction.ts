/** What a value can tell of people, which decides how it goes into a redacted history:
 * - none: nothing, the author chose it; it stays
 * - terminators: the same, and keys that end an entry: such a key that is pressed stays one of them
 * - name: mostly the author's, such as the key of a file; long numbers in it go
 * - pattern: a regular expression; numbers in it go
 * - number: whom to call, or as whom; all of it goes, but for a 0 at its start, which no number has
 * - text: what may be about a person or secret (texts, keys, headers, attributes); all of it goes */
export type LeafRedaction = "none" | "terminators" | "name" | "pattern" | "number" | "text";

/** The same of a value with members; a list is as its entries. `tag`: the member that says which variant it is. */
export type Redaction =
  | LeafRedaction
  | { readonly members: Readonly<Record<string, Redaction>> }
  | { readonly tag: string; readonly variants: Readonly<Record<string, Redaction>> };

/** Of a member of `owner`. What nobody declared is text. */
export function redactionOfMember(redaction: Redaction, owner: unknown, member: string): Redaction {
  if (typeof redaction === "string") return "text";
  if ("members" in redaction) return own(redaction.members, member) ?? "text";
  if (member === redaction.tag) return "none";
  const word = typeof owner === "object" && owner !== null ? own(owner, redaction.tag) : undefined;
  const variant = typeof word === "string" ? own(redaction.variants, word) : undefined;
  return variant === undefined ? "text" : redactionOfMember(variant, owner, member);
}

/** Of a value that has no members, whatever was declared for it. */
export function redactionOfLeaf(redaction: Redaction): LeafRedaction {
  return typeof redaction === "string" ? redaction : "text";
}

function own<T>(record: Readonly<Record<string, T>> | object, name: string): T | undefined {
  return Object.hasOwn(record, name) ? (record as Readonly<Record<string, T>>)[name] : undefined;
}
