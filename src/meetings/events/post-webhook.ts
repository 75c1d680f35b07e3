import { createHmac } from "node:crypto";
import { errorMessage, type Clock } from "../../kernel/index.ts";
import type { Attempt } from "./delivery-queue.ts";
import type { MeetingEvent } from "./meeting-event.ts";

/** Where events are posted. */
export interface WebhookSettings {
  /** http or https. */
  readonly url: string;
  /** What requests are signed with, `whsec_` and base64; undefined: they are not. */
  readonly secret: string | undefined;
}

/** Time that a receiver has for its answer, milliseconds. */
const answerMs = 10_000;

/** Answers after which the same event may be taken later, besides those from 500: the request took too long, too many requests. */
const worthAnotherTry: ReadonlySet<number> = new Set([408, 429]);

/** Makes what posts events, in the form and with the signature of Standard Webhooks. Contract: meetings-webhook */
export function createWebhookSender(
  { url, secret }: WebhookSettings,
  clock: Pick<Clock, "now" | "startTimer">,
): (event: MeetingEvent, signal: AbortSignal) => Promise<Attempt> {
  const key = secret === undefined ? undefined : Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return async (event, stop) => {
    const body = JSON.stringify(event);
    const sentAtS = Math.floor(clock.now() / 1_000);
    const signed = `${event.id}.${sentAtS}.${body}`;
    const headers = {
      "content-type": "application/json",
      "webhook-id": event.id,
      "webhook-timestamp": String(sentAtS),
      ...(key && { "webhook-signature": `v1,${createHmac("sha256", key).update(signed).digest("base64")}` }),
    };
    const abort = new AbortController();
    const { signal } = abort;
    const onStop = () => abort.abort(stop.reason);
    stop.addEventListener("abort", onStop);
    const tooLong = new Error(`no answer in ${answerMs / 1_000} s`);
    const timer = clock.startTimer(answerMs, () => abort.abort(tooLong));
    try {
      const response = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
      await response.body?.cancel();
      if (response.ok) return { type: "taken" };
      const isPassing = response.status >= 500 || worthAnotherTry.has(response.status);
      return { type: isPassing ? "failed" : "refused", why: `it answered ${response.status}` };
    } catch (error) {
      return { type: "failed", why: whyUnreached(error) };
    } finally {
      timer.cancel();
      stop.removeEventListener("abort", onStop);
    }
  };
}

/** What fetch rejects with says little; its cause has the reason. */
function whyUnreached(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? errorMessage(error) : `${errorMessage(error)}: ${errorMessage(cause)}`;
}
