/** Packet times of one stretch. */
const ROUNDS = 25;

/** What is allocated for each packet, in or out, bytes: the growth of the heap over stretches without a collection.
 * @returns the least of several stretches, since what the compiler does comes in between */
export function bytesPerPacket(pass: () => number): number {
  let least = Infinity;
  for (let stretch = 0; stretch < 20; stretch++) {
    const before = process.memoryUsage().heapUsed;
    let packets = 0;
    for (let turn = 0; turn < ROUNDS; turn++) packets += pass();
    const grown = process.memoryUsage().heapUsed - before;
    // Less than before: there was a collection.
    if (stretch >= 4 && grown >= 0) least = Math.min(least, grown / packets);
  }
  return least;
}
