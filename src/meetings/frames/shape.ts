/** How a value lies in a protobuf message. */
export type Scalar = "uint32" | "uint64" | "int64" | "bool" | "double" | "string" | "bytes";

/** A field: its number, and what it holds. */
export interface Field {
  readonly number: number;
  readonly type: Scalar | Shape;
  readonly isRepeated: boolean;
}

/** The fields of a message, by name. */
export interface Fields {
  readonly [name: string]: Field;
}

/** What a message looks like, made by `shape`. */
export interface Shape<F extends Fields = Fields> {
  readonly fields: F;
  readonly names: ReadonlyMap<number, string>;
}

interface ScalarValues {
  readonly uint32: number;
  readonly uint64: bigint;
  readonly int64: bigint;
  readonly bool: boolean;
  readonly double: number;
  readonly string: string;
  readonly bytes: Uint8Array;
}

type Value<T> = T extends keyof ScalarValues ? ScalarValues[T] : T extends Shape<infer F> ? Message<Shape<F>> : never;

/** A message of a shape; a field that is not there has no property. */
export type Message<S extends Shape> = {
  readonly [K in keyof S["fields"]]?: S["fields"][K]["isRepeated"] extends true
    ? readonly Value<S["fields"][K]["type"]>[]
    : Value<S["fields"][K]["type"]>;
};

/** Declares a message. */
export function shape<const F extends Fields>(fields: F): Shape<F> {
  return { fields, names: new Map(Object.entries(fields).map(([name, { number }]) => [number, name])) };
}

/** Declares a field that is there once or not at all. */
export function one<const T extends Scalar | Shape>(number: number, type: T) {
  return { number, type, isRepeated: false } as const;
}

/** Declares a field that may be there several times. */
export function many<const T extends Scalar | Shape>(number: number, type: T) {
  return { number, type, isRepeated: true } as const;
}
