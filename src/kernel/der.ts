/** Writes values of ASN.1 in DER (X.690), as far as a certificate of our own needs them. `ascii` is any value that is bytes with a tag. */
export const der = { sequence, set, explicit, integer, objectId, bitString, utf8, ascii, utcTime };

function value(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content]);
  const bytes = length < 0x100 ? Buffer.of(0x81, length) : Buffer.of(0x82, length >> 8, length & 0xff);
  return Buffer.concat([Buffer.of(tag), bytes, content]);
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return value(0x30, ...parts);
}

function set(...parts: readonly Uint8Array[]): Buffer {
  return value(0x31, ...parts);
}

/** A value with the tag of its context around it. */
function explicit(tag: number, part: Uint8Array): Buffer {
  return value(0xa0 | tag, part);
}

/** A number as its bytes, of which the first is 1 to 127. */
function integer(...bytes: readonly number[]): Buffer {
  return value(0x02, Buffer.from(bytes));
}

function objectId(first: number, second: number, ...others: readonly number[]): Buffer {
  return value(0x06, Buffer.of(first * 40 + second), ...others.map(base128));
}

/** All bits of these bytes. */
function bitString(bytes: Uint8Array): Buffer {
  return value(0x03, Buffer.of(0), bytes);
}

function utf8(text: string): Buffer {
  return value(0x0c, Buffer.from(text, "utf8"));
}

function ascii(tag: number, text: string): Buffer {
  return value(tag, Buffer.from(text, "ascii"));
}

/** A time until 2049, to the second. RFC 5280 §4.1.2.5.1 */
function utcTime(time: Date): Buffer {
  return ascii(0x17, `${time.toISOString().replace(/\D/g, "").slice(2, 14)}Z`);
}

function base128(number: number): Buffer {
  const digits = [number & 0x7f];
  for (let rest = number >> 7; rest > 0; rest >>= 7) digits.unshift((rest & 0x7f) | 0x80);
  return Buffer.from(digits);
}
