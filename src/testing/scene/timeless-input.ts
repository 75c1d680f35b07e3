import type { CallInput } from "../../call/index.ts";

type Without<T, Key extends string> = T extends unknown ? Omit<T, Key> : never;
/** An input of the machine; its time is that of the clock. */
export type TimelessInput = Without<CallInput, "at">;
