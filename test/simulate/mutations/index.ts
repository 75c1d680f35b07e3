import { actionMutations } from "./actions.ts";
import { invocationMutations } from "./invocations.ts";
import { legMutations } from "./legs.ts";
import { listMutations } from "./list.ts";
import { meetingMutations } from "./meetings.ts";
import type { Mutation } from "./mutation.ts";

export type { Machine, Mutation } from "./mutation.ts";

/** Faults that the simulation must find. A new one is one entry; a test looks that each is found, by the invariant that it names. */
export const mutations: readonly Mutation[] = [
  ...legMutations,
  ...invocationMutations,
  ...listMutations,
  ...actionMutations,
  ...meetingMutations,
];
