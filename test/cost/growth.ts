import assert from "node:assert/strict";

const longBytes = 65_000;
/** A reader whose cost grows with the square of the length takes 100 times as long for each byte. */
const mostGrowth = 10;

/** Fails when the long one of two texts of the same kind costs much more for each of its bytes than the short one. Both are measured in
 * turns and the best of several counts, so that other work on the machine does not matter.
 * @param make gives a text of about so many bytes */
export function assertLinear<T extends string | Buffer>(
  title: string,
  make: (bytes: number) => T,
  read: (text: T) => void,
  mostBytes = longBytes,
): void {
  const short = make(mostBytes / 100);
  const long = make(mostBytes);
  const repeats = Math.ceil(long.length / short.length);
  let growth = Infinity;
  for (let attempt = 0; attempt < 12 && growth > mostGrowth; attempt++) {
    const each = timeOf(() => {
      for (let index = 0; index < repeats; index++) read(short);
    });
    growth = Math.min(growth, timeOf(() => read(long)) / each);
  }
  assert.ok(
    growth <= mostGrowth,
    `${title}: ${repeats} times the length costs ${Math.round(growth * repeats)} times as much`,
  );
}

function timeOf(run: () => void): number {
  const startedAt = process.cpuUsage();
  const startedAtMs = performance.now();
  run();
  const { user, system } = process.cpuUsage(startedAt);
  // Processor time does not count what others do; where its clock is too coarse, wall time is taken.
  return Math.max(0.005, Math.min((user + system) / 1_000 || Infinity, performance.now() - startedAtMs));
}
