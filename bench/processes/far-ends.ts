import { runInRealTime } from "../../src/media/worker/real-time.ts";
import { createListener, type Heard } from "../far-ends/listener.ts";
import { openFarEndSockets } from "../far-ends/open-sockets.ts";
import { watchOwnUse, type OwnUse } from "../far-ends/own-use.ts";
import type { FarEndSockets } from "../far-ends/sockets.ts";
import { createSpeaker, SLOTS, type Speaker, type Speech } from "../far-ends/speaker.ts";
import { serveCommands } from "../peer.ts";

/** A process that speaks and listens for the far ends of legs, and measures what it hears. */
export interface FarEndFacts {
  readonly time: FarEndSockets["time"];
  /** Ports of the far ends, in turn: that of leg number i is `ports[i % ports.length]`. */
  readonly ports: readonly number[];
}

/** Speaks to legs, numbered from `first` on. */
export interface SpeakTo {
  readonly first: number;
  readonly toPorts: readonly number[];
}

/** What was heard in a window, and how the process itself kept up. */
export interface Taken {
  readonly heard: Heard;
  readonly own: OwnUse;
}

// Its packets are to be on time beside whatever else the machine does.
await runInRealTime(0);
const sockets = await openFarEndSockets(SLOTS);
const listener = createListener(sockets.nowMs());
const state: { speaker?: Speaker; takeOwn?: () => OwnUse } = {};

function started(): { readonly speaker: Speaker; readonly takeOwn: () => OwnUse } {
  const { speaker, takeOwn } = state;
  if (speaker === undefined || takeOwn === undefined) throw new Error("nothing to say yet");
  return { speaker, takeOwn };
}

serveCommands({
  start(speech: Speech): FarEndFacts {
    const speaker = createSpeaker(sockets, listener, speech);
    Object.assign(state, { speaker, takeOwn: watchOwnUse(speaker, new Set(sockets.ports)) });
    const order = Array.from({ length: SLOTS }, (_, index) => speaker.slotOf(index));
    return { time: sockets.time, ports: order.map((slot) => sockets.ports[slot] ?? 0) };
  },
  speak({ first, toPorts }: SpeakTo): void {
    const { speaker } = started();
    for (const [index, port] of toPorts.entries()) speaker.speak(first + index, port);
  },
  hush(toPorts: readonly number[]): void {
    for (const port of toPorts) {
      started().speaker.hush(port);
      listener.forget(port);
    }
  },
  /** Begins a window. */
  begin(): void {
    const { speaker, takeOwn } = started();
    speaker.drain();
    takeOwn();
    listener.skip(sockets.nowMs());
  },
  take(): Taken {
    const { speaker, takeOwn } = started();
    speaker.drain();
    return { own: takeOwn(), heard: listener.take(sockets.nowMs()) };
  },
});
