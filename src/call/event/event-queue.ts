import type { LegId } from "../../kernel/index.ts";
import { describeParticipants } from "./build-event.ts";
import type { InvocationEventType, JsonObject, PendingEvent, RunningAction } from "../state.ts";
import type { Turn } from "../turn.ts";

/** Queues an event. Events are sent one at a time, in the order in which things happened, each with the participants of that moment. Contract:
 * events-one-at-a-time, events-state-told */
export function queueEvent(
  turn: Turn,
  event: {
    readonly type: InvocationEventType;
    readonly legId: LegId;
    /** Default: as they are now. */
    readonly participants?: readonly JsonObject[];
    readonly actionData?: JsonObject;
    readonly releasesList?: boolean;
    readonly successAfterwards?: JsonObject | undefined;
    readonly awaited?: RunningAction;
  },
): void {
  const pending: PendingEvent = {
    type: event.type,
    actionData: event.actionData,
    error: undefined,
    participants: event.participants ?? describeParticipants(turn.state.legs, event.legId, turn.config.compatibility),
    legId: event.legId,
    releasesList: event.releasesList ?? false,
    successAfterwards: event.successAfterwards,
    awaited: event.awaited,
  };
  turn.state.pendingEvents = [...turn.state.pendingEvents, pending];
}
