import { transportNamed } from "../../sip-syntax/index.ts";
import type { Binding, Bindings } from "./bindings-machine.ts";
import { isBoundToFlow } from "./way.ts";

/** What a binding is where it outlives the process: without what is the process's own, and with a time of the wall clock. */
export type KeptBinding = Omit<Binding, "flowId" | "expiresAtMs"> & {
  /** Epoch milliseconds. */
  readonly expiresAt: number;
};

/** The bindings of an account as they are kept.
 * @param sinceMs epoch milliseconds of the moment 0 of their clock */
export function keepBindings(bindings: Bindings, sinceMs: number): readonly KeptBinding[] {
  return bindings.map(({ flowId: _flowId, expiresAtMs, ...kept }) => ({ ...kept, expiresAt: sinceMs + expiresAtMs }));
}

/** Those of kept bindings that are still good for something: a connection has ended with the process, and with it the only way to who was reached
 * by nothing else.
 * @param kept what `keepBindings` gave */
export function restoreBindings(
  kept: readonly object[],
  sinceMs: number,
  flowIdOf: (kept: KeptBinding) => number,
): Bindings {
  return (kept as readonly KeptBinding[])
    .map((one): Binding => {
      const { expiresAt, ...binding } = one;
      return { ...binding, flowId: flowIdOf(one), expiresAtMs: expiresAt - sinceMs };
    })
    .filter((binding) => !(transportNamed(binding.source.transport).isReliable && isBoundToFlow(binding)));
}
