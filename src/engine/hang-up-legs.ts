import { tagOf, type ParticipantTag } from "../call/index.ts";
import type { CallRunner } from "./runner.ts";

/** Hangs up the legs of a call that are up, or the one with this tag. "not-found": there is none. */
export function hangUpLegs(runner: CallRunner | undefined, tag: ParticipantTag | undefined): "accepted" | "not-found" {
  const isUp = ({ state }: CallRunner["state"]["legs"][number]) => state.type !== "ended";
  const legs = runner?.state.legs.filter((leg) => isUp(leg) && (tag === undefined || tagOf(leg) === tag)) ?? [];
  for (const { id: legId } of legs) runner?.post({ type: "hang-up-requested", legId });
  return legs.length === 0 ? "not-found" : "accepted";
}
