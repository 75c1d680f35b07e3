import type { Clock, Logger, Timer } from "../../kernel/index.ts";
import type { MeetingEvent } from "./meeting-event.ts";

/** What became of an attempt. "failed": the same event may be taken later. "refused": never. */
export type Attempt = { readonly type: "taken" } | { readonly type: "failed" | "refused"; readonly why: string };

/** Takes events to one receiver, one after another, each until it is taken or was tried often enough. */
export interface DeliveryQueue {
  add(event: MeetingEvent): void;
  /** Events that wait or are on their way. */
  size(): number;
  /** Lets the attempt that runs come to its end for a second; what waits is lost, and the log says how many. */
  close(): Promise<void>;
}

/** After each failed attempt but the last, milliseconds. */
export const retryDelaysMs: readonly number[] = [1_000, 4_000, 16_000, 64_000];
/** Time that an attempt has left when the server stops, milliseconds. */
export const closeGraceMs = 1_000;
/** Most events that wait for a receiver that is slow or away; further ones are lost. */
export const mostWaiting = 1_000;

export interface DeliveryOptions {
  /** The receiver, for the log. */
  readonly receiver: string;
  /** Never rejects.
   * @param signal is aborted when nobody waits for the outcome any more */
  readonly send: (event: MeetingEvent, signal: AbortSignal) => Promise<Attempt>;
  readonly clock: Pick<Clock, "startTimer">;
  readonly log: Logger;
}

/** Makes the queue of one receiver. Contract: meetings-webhook-retries */
export function createDeliveryQueue({ receiver, send, clock, log }: DeliveryOptions): DeliveryQueue {
  const waiting: MeetingEvent[] = [];
  let lost = 0;
  const stop = new AbortController();
  let isClosed = false;
  let running: Promise<void> | undefined;
  let pause: { readonly timer: Timer; readonly end: () => void } | undefined;

  const sleep = (delayMs: number) =>
    new Promise<void>((resolve) => {
      pause = { timer: clock.startTimer(delayMs, resolve), end: resolve };
    });

  const deliver = async (event: MeetingEvent) => {
    const facts = { receiver, eventId: event.id, eventType: event.detail.eventType };
    for (const delayMs of [...retryDelaysMs, undefined]) {
      const attempt = await send(event, stop.signal);
      if (attempt.type === "taken") return;
      const isLast = attempt.type === "refused" || delayMs === undefined;
      if (isLast) return log.warn({ ...facts, why: attempt.why }, "meeting event lost: its receiver did not take it");
      if (isClosed) return log.warn({ ...facts, why: attempt.why }, "meeting event lost: the server stops");
      log.debug({ ...facts, why: attempt.why, delayMs }, "meeting event will be sent again");
      await sleep(delayMs);
      if (isClosed) return log.warn({ ...facts, why: attempt.why }, "meeting event lost: the server stops");
    }
  };

  const run = async () => {
    for (let event = waiting[0]; event !== undefined && !isClosed; event = waiting[0]) {
      await deliver(event);
      waiting.shift();
      if (lost > 0) log.warn({ receiver, lost }, "meeting events lost: too many wait for their receiver");
      lost = 0;
    }
    running = undefined;
  };

  return {
    add(event) {
      if (isClosed) return;
      if (waiting.length >= mostWaiting) return void (lost += 1);
      waiting.push(event);
      running ??= run();
    },
    size: () => waiting.length,
    async close() {
      isClosed = true;
      pause?.timer.cancel();
      pause?.end();
      const isOver = new Promise<void>((resolve) => stop.signal.addEventListener("abort", () => resolve()));
      const grace = clock.startTimer(closeGraceMs, () => stop.abort(new Error("the server stops")));
      await Promise.race([running, isOver]);
      grace.cancel();
      if (waiting.length > 0) log.warn({ receiver, lost: waiting.length }, "meeting events lost: the server stops");
    },
  };
}
