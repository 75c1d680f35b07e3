/** Packet times of one stretch. */
const ROUNDS = 25;
/** In the first ones the compiler works. */
const WARM_STRETCHES = 4;
const MOST_STRETCHES = 80;

/** What is allocated for each packet, in or out, bytes: the growth of the heap over stretches without a collection.
 * @param enough how little it may be: nothing is measured any more once it was less
 * @returns the least of all stretches, since what the compiler does comes in between, on a busy machine for long */
export function bytesPerPacket(pass: () => number, enough: number): number {
  let least = Infinity;
  for (let stretch = 0; stretch < MOST_STRETCHES && least >= enough; stretch++) {
    const before = process.memoryUsage().heapUsed;
    let packets = 0;
    for (let turn = 0; turn < ROUNDS; turn++) packets += pass();
    const grown = process.memoryUsage().heapUsed - before;
    // Less than before: there was a collection.
    if (stretch >= WARM_STRETCHES && grown >= 0) least = Math.min(least, grown / packets);
  }
  return least;
}
