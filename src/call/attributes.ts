import { checkSize } from "./reply.ts";
import type { JsonObject } from "./state.ts";
import type { Turn } from "./turn.ts";

/** What the attributes of a reply leave in the store; `sent` undefined keeps what is there, an empty object clears it. Invalid: together
 * with the stored ones they are too many. Contract: events sections 4, 13 row 9 */
export function attributesAfter(turn: Turn, sent: JsonObject | undefined) {
  const { attributes: stored } = turn.state;
  if (sent === undefined) return { type: "valid", map: stored } as const;
  if (Object.keys(sent).length === 0) return { type: "valid", map: undefined } as const;
  return turn.config.compatibility.mergeAttributes
    ? checkSize({ ...stored, ...sent }, turn.config)
    : ({ type: "valid", map: sent } as const);
}
