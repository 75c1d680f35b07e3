import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { Field, Message, Scalar, Shape } from "./shape.ts";

/** Most values that a repeated field may have. */
const mostRepeated = 1_024;

const wireTypes: Readonly<Record<Scalar, WireType>> = {
  uint32: WireType.Varint,
  uint64: WireType.Varint,
  int64: WireType.Varint,
  bool: WireType.Varint,
  double: WireType.Bit64,
  string: WireType.LengthDelimited,
  bytes: WireType.LengthDelimited,
};

/** Reads a message. Fields that the shape does not name are skipped; byte fields are views on `bytes`. Throws an error that says what is wrong when
 * the bytes are no such message. A group, which this protocol has none of, is refused, since it could be nested without end. */
export function readMessage<S extends Shape>(bytes: Uint8Array, shape: S): Message<S> {
  const reader = new BinaryReader(bytes);
  const message: Record<string, unknown> = {};
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (wireType === WireType.StartGroup || wireType === WireType.EndGroup)
      throw new Error(`field ${number} is a group`);
    const name = shape.names.get(number);
    const field = name === undefined ? undefined : shape.fields[name];
    if (name === undefined || field === undefined) reader.skip(wireType, number);
    else message[name] = readField(reader, field, { name, wireType, before: message[name] });
  }
  // Some values of the library's reader may end beyond the last byte.
  if (reader.pos > reader.len) throw new Error("the last field is cut off");
  return message as Message<S>;
}

/** Prints a message. */
export function writeMessage<S extends Shape>(message: Message<S>, shape: S): Uint8Array {
  const writer = new BinaryWriter();
  writeFields(writer, message as Readonly<Record<string, unknown>>, shape);
  return writer.finish();
}

function readField(
  reader: BinaryReader,
  field: Field,
  at: { readonly name: string; readonly wireType: WireType; readonly before: unknown },
): unknown {
  const expected = typeof field.type === "string" ? wireTypes[field.type] : WireType.LengthDelimited;
  if (at.wireType !== expected) throw new Error(`${at.name} has the wire type ${at.wireType}, not ${expected}`);
  const value =
    typeof field.type === "string" ? readScalar(reader, field.type) : readMessage(reader.bytes(), field.type);
  if (!field.isRepeated) return value;
  const values = (at.before ?? []) as unknown[];
  if (values.length >= mostRepeated) throw new Error(`${at.name} is there more than ${mostRepeated} times`);
  values.push(value);
  return values;
}

function readScalar(reader: BinaryReader, type: Scalar): unknown {
  switch (type) {
    case "uint32":
      return reader.uint32();
    case "uint64":
      return BigInt(reader.uint64());
    case "int64":
      return BigInt(reader.int64());
    case "bool":
      return reader.bool();
    case "double":
      return reader.double();
    case "string":
      return reader.string();
    case "bytes":
      return reader.bytes();
    default:
      return type satisfies never;
  }
}

function writeFields(writer: BinaryWriter, message: Readonly<Record<string, unknown>>, shape: Shape): void {
  for (const [name, field] of Object.entries(shape.fields)) {
    const value = message[name];
    if (value === undefined) continue;
    for (const each of field.isRepeated ? (value as readonly unknown[]) : [value]) writeField(writer, field, each);
  }
}

function writeField(writer: BinaryWriter, { number, type }: Field, value: unknown): void {
  if (typeof type === "string") {
    writer.tag(number, wireTypes[type]);
    return writeScalar(writer, type, value);
  }
  writer.tag(number, WireType.LengthDelimited).fork();
  writeFields(writer, value as Readonly<Record<string, unknown>>, type);
  writer.join();
}

function writeScalar(writer: BinaryWriter, type: Scalar, value: unknown): void {
  // The types of `Message` say that the value is of this kind.
  writer[type](value as never);
}
