/** Options of an `LRUCache` that keeps the last `count` entries, without room for all of them from its first moment: what the library's own `max`
 * lays out ahead takes 2 ms and half a megabyte for ten thousand, of which most servers never use more than some.
 * @param count whole, at least 1 */
export function atMost(count: number): { readonly maxSize: number; readonly sizeCalculation: () => number } {
  return { maxSize: count, sizeCalculation: () => 1 };
}
