/** A number in network order. RFC 5246 §4.4 */
export function uint(value: number, bytes: 1 | 2 | 3 | 6): Buffer {
  const number = Buffer.allocUnsafe(bytes);
  number.writeUIntBE(value, 0, bytes);
  return number;
}

/** A vector with its length in `lengthBytes` before it. RFC 5246 §4.3 */
export function vector(lengthBytes: 1 | 2 | 3, ...parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([uint(length, lengthBytes), ...parts]);
}

/** A vector of 16-bit numbers. */
export function uint16Vector(lengthBytes: 1 | 2, values: readonly number[]): Buffer {
  return vector(lengthBytes, ...values.map((value) => uint(value, 2)));
}
