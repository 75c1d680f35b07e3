import { valuesOf } from "./model.ts";

/** What a service demands of a member beyond its type. Ranges are inclusive. */
export interface Constraint {
  /** The whole rule in words, to follow "it must be". */
  readonly rule: string;
  /** Required by this server although the schemas call it optional. */
  readonly required?: true;
  /** An empty string counts as no value. */
  readonly emptyIsAbsent?: true;
  /** Characters of a string. */
  readonly length?: readonly [number, number];
  readonly pattern?: RegExp;
  /** What a pattern cannot say of a string; runs after `length`. */
  readonly test?: (text: string) => boolean;
  /** What was found is in no error. */
  readonly isSecret?: true;
  readonly values?: readonly string[];
  /** Value of a whole number. */
  readonly range?: readonly [number, number];
  /** Entries of a list or map. */
  readonly entries?: readonly [number, number];
  /** Each entry of a list of plain values. */
  readonly item?: Constraint;
}

/** One of the values of an enumeration of the official clients. */
export function oneOf(enumeration: string): Constraint {
  const values = valuesOf(enumeration);
  return { rule: `one of ${values.join(", ")}`, values };
}
