import type { Leg } from "./state.ts";

/** What the contract calls legs. */
export type ParticipantTag = "LEG-A" | "LEG-B";

/** The name of a leg in events and parameters: LEG-A is the telephone that the call began with; one that an action called, or a meeting that it
 * joined, is LEG-B. */
export function tagOf({ kind, calledFor }: Pick<Leg, "kind" | "calledFor">): ParticipantTag {
  switch (kind) {
    case "telephone":
      return calledFor === undefined ? "LEG-A" : "LEG-B";
    case "meeting":
      return "LEG-B";
    default:
      return kind satisfies never;
  }
}
