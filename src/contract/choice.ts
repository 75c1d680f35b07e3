import { isObject, type ObjectShape } from "./object.ts";
import { refuse, type Shape } from "./shape.ts";
import { askNearest, listChoices } from "./wording.ts";

/** One of several objects; the member `tag` says which. Each variant has that member as a field too. */
export function choice<T>(tag: string, variants: Readonly<Record<string, ObjectShape<T>>>): Shape<T> {
  const words = Object.keys(variants);
  return {
    redaction: {
      tag,
      variants: Object.fromEntries(Object.entries(variants).map(([word, { redaction }]) => [word, redaction])),
    },
    read(sent, scope) {
      if (!isObject(sent)) return refuse(scope, sent, { allowed: "an object" });
      const found = sent[tag];
      const variant = typeof found === "string" && Object.hasOwn(variants, found) ? variants[found] : undefined;
      if (variant !== undefined) return variant.read(sent, scope);
      const question = typeof found === "string" ? askNearest(found, words) : undefined;
      const allowed = listChoices(words) + (question === undefined ? "" : `; ${question}`);
      return refuse({ ...scope, path: `${scope.path}.${tag}` }, found, {
        allowed,
        ...(found === undefined ? { found: "nothing" } : {}),
      });
    },
    schema: (printing) => ({ anyOf: Object.values(variants).map((variant) => variant.schema(printing)) }),
    type: (printing) =>
      Object.values(variants)
        .map((variant) => variant.type(printing))
        .join(" | "),
  };
}

/** A member that must not be there. */
export function nothing(why: string): Shape<never> {
  return {
    redaction: "none",
    read: (sent, scope) => refuse(scope, sent, { allowed: `nothing: ${why}` }),
    schema: () => ({ enum: [null, ""] }),
    type: () => "null",
  };
}
