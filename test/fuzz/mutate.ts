/** Changes inputs without feedback, in the ways that find most: for the short run of the suite, which has no fuzzer.
 * @param random gives 0 to below 1
 * @param corpus what others are made from; not empty */
export function createMutator(
  random: () => number,
  corpus: readonly Buffer[],
  words: readonly string[],
  mostBytes: number,
): { next(): Buffer } {
  const below = (limit: number) => Math.floor(random() * limit);
  const oneOf = <Value>(values: readonly Value[]): Value => values[below(values.length)] as Value;
  const put = (bytes: Buffer, at: number, cut: number, piece: Uint8Array) =>
    Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + cut)]);
  const sliceOf = (bytes: Buffer, longest: number) => {
    const at = below(bytes.length + 1);
    return bytes.subarray(at, at + below(longest));
  };
  const word = () => Buffer.from(words.length === 0 ? "" : oneOf(words), "latin1");
  const repeated = (piece: Buffer) => Buffer.concat(Array.from({ length: below(200) }, () => piece));
  const number = () => {
    const bytes = Buffer.alloc(oneOf([1, 2, 4]));
    bytes.writeUIntBE(
      oneOf([0, 1, 2 ** (8 * bytes.length) - 1, 2 ** (8 * bytes.length - 1), below(256)]),
      0,
      bytes.length,
    );
    return bytes;
  };
  const pieces: readonly ((bytes: Buffer) => Buffer)[] = [
    word,
    word,
    () => repeated(word()),
    number,
    () => Buffer.from([below(256)]),
    () => Buffer.from([0x20 + below(0x5f)]),
    () => Buffer.from(String(oneOf([0, -1, 65_536, 2 ** 31, 2 ** 32, 2 ** 53, 1e21]))),
    () => Buffer.from(String.fromCodePoint(below(0xd800))),
    (bytes) => sliceOf(bytes, 40),
    (bytes) => repeated(sliceOf(bytes, 12)),
    () => sliceOf(oneOf(corpus), 200),
    () => Buffer.alloc(0),
  ];
  const change = (bytes: Buffer) => {
    const at = below(bytes.length + 1);
    return put(bytes, at, oneOf([0, 0, 1, below(4), below(40)]), oneOf(pieces)(bytes));
  };
  return {
    next() {
      let bytes = oneOf(corpus);
      for (let left = below(7); left > 0; left--) bytes = change(bytes);
      // A copy: a reader may change what it gets.
      return Buffer.from(bytes.subarray(0, below(10) === 0 ? below(bytes.length + 1) : mostBytes));
    },
  };
}
