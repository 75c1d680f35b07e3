import type { SceneEvent } from "./types.ts";

/** The last of some events, by what tells it from others: its type, action and error. */
export function nameLastEvent(events: readonly SceneEvent[]): string {
  const { InvocationEventType: type = "nothing", ActionData } = events.at(-1) ?? {};
  const action = ActionData?.["Type"];
  const error = ActionData?.["ErrorType"];
  return [type, action, error].filter((part) => typeof part === "string").join(" ");
}
