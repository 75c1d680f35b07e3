import type { Invoker } from "../../invoke/index.ts";
import type { Clock, Logger } from "../../kernel/index.ts";
import type { Meeting } from "../../store/index.ts";
import { createDeliveryQueue, type Attempt, type DeliveryOptions, type DeliveryQueue } from "./delivery-queue.ts";
import {
  isEvent,
  toMeetingEvent,
  type EventOrigin,
  type MeetingEvent,
  type MeetingOccurrence,
} from "./meeting-event.ts";
import { createWebhookSender, type WebhookSettings } from "./post-webhook.ts";

/** Tells the outside what happens in meetings. */
export interface EventOutlet {
  tell(occurrence: MeetingOccurrence): void;
  /** Events that are not delivered yet. */
  waiting(): number;
  close(): Promise<void>;
}

export interface EventOutletOptions extends EventOrigin {
  readonly webhook: WebhookSettings | undefined;
  readonly invoker: Pick<Invoker, "invoke" | "whyUnknown">;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Time that a function has for an event, milliseconds. */
const functionDeadlineMs = 20_000;

/** Makes the outlet: the log, the webhook, and the function that a meeting's NotificationsConfiguration names. Contract: meetings-events-where */
export function createEventOutlet(options: EventOutletOptions): EventOutlet {
  const { webhook, invoker, clock, log } = options;
  const queueOf = (receiver: string, send: DeliveryOptions["send"]) =>
    createDeliveryQueue({ receiver, send, clock, log });
  const toWebhook = webhook && queueOf(`webhook ${new URL(webhook.url).origin}`, createWebhookSender(webhook, clock));
  /** By ARN; one function has many, by version and alias. */
  const toFunctions = new Map<string, DeliveryQueue>();
  const queues = () => [...(toWebhook === undefined ? [] : [toWebhook]), ...toFunctions.values()];

  const toFunction = (arn: string): DeliveryQueue => {
    const known = toFunctions.get(arn);
    if (known !== undefined) return known;
    for (const [other, queue] of toFunctions) if (queue.size() === 0) toFunctions.delete(other);
    const queue = queueOf(`function ${arn}`, (event) => invokeFunction(invoker, arn, event));
    toFunctions.set(arn, queue);
    return queue;
  };

  return {
    tell(occurrence) {
      const { type, meeting, attendee, by, why } = occurrence;
      const [meetingId, attendeeId, { functionArn }] = [meeting.id, attendee?.id, meeting.notifications];
      log.info({ eventType: type, meetingId, attendeeId, by, why }, "meeting event");
      if (!isEvent(occurrence)) return;
      const event = toMeetingEvent(occurrence, options);
      toWebhook?.add(event);
      if (functionArn !== undefined && invoker.whyUnknown(functionArn) === undefined)
        toFunction(functionArn).add(event);
      if (type === "chime:MeetingStarted") {
        for (const reason of whyNotNotified(meeting, invoker))
          log.warn({ meetingId, why: reason }, "a receiver that a meeting names gets none of its events");
      }
    },
    waiting: () => queues().reduce((sum, queue) => sum + queue.size(), 0),
    close: async () => void (await Promise.all(queues().map((queue) => queue.close()))),
  };
}

/** Why receivers that a meeting names are not told of it, a sentence each. */
function whyNotNotified({ notifications }: Meeting, invoker: Pick<Invoker, "whyUnknown">): readonly string[] {
  const { functionArn, topicArn, queueArn } = notifications;
  const elsewhere = [topicArn, queueArn].filter((arn) => arn !== undefined);
  return [
    ...elsewhere.map(
      (arn) => `This server sends nothing to ${arn}: events go to functions of its own and to meetings.webhook.`,
    ),
    ...[functionArn && invoker.whyUnknown(functionArn)].filter((why) => why !== undefined),
  ];
}

async function invokeFunction(invoker: Pick<Invoker, "invoke">, arn: string, event: MeetingEvent): Promise<Attempt> {
  const result = await invoker.invoke(arn, event, functionDeadlineMs);
  if (result.type === "response") return { type: "taken" };
  return { type: result.reason === "not-found" ? "refused" : "failed", why: result.message };
}
