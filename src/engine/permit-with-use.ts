import type { Permit } from "../control/index.ts";

/** A permit whose end is that of a trunk's call too. */
export function withUse(permit: Permit, use: { ended(): void } | undefined): Permit {
  if (use === undefined) return permit;
  return {
    settled: () => permit.settled(),
    ended: () => {
      use.ended();
      permit.ended();
    },
  };
}
