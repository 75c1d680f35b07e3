import { signal } from "@preact/signals";
import { addressOf, renewSession } from "./ask.ts";
import type { Fact } from "./types.ts";

/** Something that happened, as the stream tells it. */
export interface Told extends Fact {
  readonly id: string;
  /** "": in no call. */
  readonly callId: string;
}

/** How the stream is. `gap`: why some are missing; until the page is loaded anew or one has read it. */
export const stream = signal<{ readonly state: "connecting" | "open" | "lost"; readonly gap?: string }>({
  state: "connecting",
});

type Listener = (told: Told) => void;

const listeners = new Set<Listener>();
/** Told when what was shown must be asked for anew: events are missing. */
const restarts = new Set<() => void>();
/** How soon a stream is opened again that the server refused. */
const againMs = 2_000;

/** Hears of everything from now on, until the function is called that this gives. */
export function listen(listener: Listener, onGap: () => void = () => undefined): () => void {
  listeners.add(listener);
  restarts.add(onGap);
  return () => {
    listeners.delete(listener);
    restarts.delete(onGap);
  };
}

/** Opens the one stream of the page; it is opened again for as long as the page is there. */
export function openStream(after?: string): void {
  const source = new EventSource(addressOf("/events", { after }));
  let last = after;
  let wasOpen = false;
  const missed = (event: MessageEvent<string>) => {
    const { why = "" } = read<{ readonly why?: string }>(event.data) ?? {};
    stream.value = { state: "open", gap: why };
    for (const restart of restarts) restart();
  };
  source.addEventListener("hello", (event: MessageEvent<string>) => {
    last = event.lastEventId;
    const cameBack = stream.value.state === "lost" || wasOpen;
    wasOpen = true;
    const { gap } = stream.value;
    stream.value = gap === undefined ? { state: "open" } : { state: "open", gap };
    if (cameBack) for (const restart of restarts) restart();
  });
  source.addEventListener("gap", missed);
  source.addEventListener("message", (event: MessageEvent<string>) => {
    last = event.lastEventId;
    const told = read<Told>(event.data);
    if (told !== undefined) for (const listener of listeners) listener(told);
  });
  source.addEventListener("error", () => {
    stream.value = { ...stream.value, state: "lost" };
    if (source.readyState !== EventSource.CLOSED) return;
    source.close();
    // The server refused it: one may have been signed out meanwhile.
    renewSession().catch(() => undefined);
    setTimeout(() => openStream(last), againMs);
  });
}

function read<Value>(text: string): Value | undefined {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}
