import assert from "node:assert/strict";

const longBytes = 65_000;
/** A reader whose cost grows with the square of the length takes 100 times as long for each byte. */
const mostGrowth = 10;
/** What a reader may cost that refuses the short text at its first byte and looks at each byte of the long one: so many walks over the text. */
const freeWalks = 10;
/** The first ones are slow, since V8 has not compiled them yet. */
const walkTries = 4;

/** Fails when the long one of two texts of the same kind costs much more for each of its bytes than the short one, and more than some
 * walks over its bytes. All are measured in turns and the best of several counts, so that other work on the machine does not matter.
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
  let [growth, ofWalks] = [Infinity, Infinity];
  for (let attempt = 0; attempt < 12 && growth > mostGrowth; attempt++) {
    const ofShort = timeOf(() => {
      for (let index = 0; index < repeats; index++) read(short);
    });
    // The least of all: what else the machine does makes no walk dearer.
    for (let times = 0; times < walkTries; times++) ofWalks = Math.min(ofWalks, freeWalks * timeOf(() => walk(long)));
    growth = Math.min(growth, timeOf(() => read(long)) / Math.max(ofShort, ofWalks));
  }
  assert.ok(
    growth <= mostGrowth,
    `${title}: ${repeats} times the length costs ${Math.round(growth * repeats)} times as much`,
  );
}

/** Looks at each byte or character once. */
function walk(text: string | Buffer): number {
  let sum = 0;
  for (let index = 0; index < text.length; index++)
    sum += typeof text === "string" ? text.charCodeAt(index) : text[index]!;
  return sum;
}

function timeOf(run: () => void): number {
  const startedAt = process.cpuUsage();
  const startedAtMs = performance.now();
  run();
  const { user, system } = process.cpuUsage(startedAt);
  // Processor time does not count what others do; where its clock is too coarse, wall time is taken.
  return Math.max(0.005, Math.min((user + system) / 1_000 || Infinity, performance.now() - startedAtMs));
}
