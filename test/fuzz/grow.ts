/** An input of about so many bytes. */
export type Growing = (bytes: number) => Buffer;

/** What is opened and closed somewhere in the grammars. */
const nestings: readonly (readonly [string, string])[] = [
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
  ["<", ">"],
  ['"', '"'],
  ["<s>", "</s>"],
  ["<prosody rate='90%'>", "</prosody>"],
  ['{"a":', "}"],
  ['[{"a":', "}]"],
  ["--b\r\nContent-Type: multipart/mixed;boundary=b\r\n\r\n", "\r\n--b--"],
  ["<sip:a?b=", ">"],
];

/** Makes inputs that grow in one place of a good one: by a run of one piece, or by what is opened again and again, and closed as often or not.
 * @param random gives 0 to below 1 */
export function createGrower(
  random: () => number,
  corpus: readonly Buffer[],
  words: readonly string[],
): { next(): { readonly title: string; readonly make: Growing } } {
  const below = (limit: number) => Math.floor(random() * limit);
  const oneOf = <Value>(values: readonly Value[]): Value => values[below(values.length)] as Value;
  const unitOf = (seed: Buffer): Buffer => {
    const at = below(seed.length);
    const slice = () => seed.subarray(at, at + 1 + below(24));
    const any = [
      slice,
      slice,
      () => Buffer.from([below(256)]),
      () => Buffer.from(words.length === 0 ? " " : oneOf(words), "latin1"),
    ];
    const unit = oneOf(any)();
    return unit.length === 0 ? Buffer.from(" ") : unit;
  };
  const rowOf = (unit: Buffer, bytes: number) => Buffer.alloc(Math.ceil(bytes / unit.length) * unit.length, unit);
  return {
    next() {
      const seed = oneOf(corpus);
      const at = below(seed.length + 1);
      const end = at + oneOf([0, 0, below(8)]);
      const build = (middle: readonly Buffer[]) => Buffer.concat([seed.subarray(0, at), ...middle, seed.subarray(end)]);
      if (below(4) > 0) {
        const unit = unitOf(seed);
        const title = `a run of ${JSON.stringify(unit.toString("latin1"))} at ${at} of ${JSON.stringify(seed.toString("latin1"))}`;
        return { title, make: (bytes) => build([rowOf(unit, Math.max(0, bytes - seed.length))]) };
      }
      const [open, close] = oneOf(nestings);
      const isClosed = below(2) === 0;
      return {
        title: `${open} again and again, ${isClosed ? "" : "not "}closed, at ${at} of ${JSON.stringify(seed.toString("latin1"))}`,
        make(bytes) {
          const depth = Math.ceil(Math.max(0, bytes - seed.length) / (open.length + (isClosed ? close.length : 0)));
          return build([Buffer.from(open.repeat(depth)), Buffer.from(isClosed ? close.repeat(depth) : "")]);
        },
      };
    },
  };
}
