/** More than this from the second quarter of a run to the last is called growth. */
export const FLAT_WITHIN = 0.05;

/** How memory went. */
export interface Growth {
  /** Means of the second and the last quarter, bytes. */
  readonly second: number;
  readonly fourth: number;
  /** From the one to the other, as a share. */
  readonly growth: number;
}

/** Compares the quarters of a run; the first still warms up. @param sizes bytes, at even distances */
export function growthOf(sizes: readonly number[]): Growth {
  const [second, fourth] = [meanOf(quarterOf(sizes, 1)), meanOf(quarterOf(sizes, 3))];
  return { second, fourth, growth: fourth / second - 1 };
}

/** In words. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MB`;
}

/** @param quarter 0 to 3 */
function quarterOf(sizes: readonly number[], quarter: number): readonly number[] {
  const from = Math.floor((sizes.length * quarter) / 4);
  return sizes.slice(from, Math.max(from + 1, Math.floor((sizes.length * (quarter + 1)) / 4)));
}

function meanOf(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
}
