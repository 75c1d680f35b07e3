/** Keeps one processor busy for so many milliseconds, or until its parent is gone: `node scripts/keep-busy.mjs 1000`. */
const endMs = performance.now() + Number(process.argv[2] ?? 0);
const parent = process.ppid;
let sum = 0;
while (performance.now() < endMs && process.ppid === parent) {
  for (let step = 0; step < 1_000_000; step++) sum += Math.sqrt(step);
}
process.exitCode = sum >= 0 ? 0 : 1;
