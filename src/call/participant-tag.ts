import type { Leg } from "./state.ts";

/** What the contract calls legs. */
export type ParticipantTag = "LEG-A" | "LEG-B";

/** The name of a leg in events and parameters: LEG-A is the one that the call began with, all that an action called are LEG-B. */
export function tagOf({ calledFor }: Pick<Leg, "calledFor">): ParticipantTag {
  return calledFor === undefined ? "LEG-A" : "LEG-B";
}
