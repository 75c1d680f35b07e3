import type { Clock, Timer } from "../../kernel/index.ts";
import type { ServerFrame } from "../frames/server-frame.ts";
import { messageFrames } from "./data-messages.ts";
import type { NoteEffect, Tiding } from "./room-inputs.ts";
import { microphonesFrame } from "./roster.ts";

type Microphone = Extract<Tiding, { type: "microphone" }>;

/** Ways to the members, and to who is told outside. */
export interface OutboxPorts {
  readonly clock: Clock;
  sendAllBut(members: ReadonlySet<string>, frame: ServerFrame): void;
  sendTo(member: string, frame: ServerFrame): void;
  note(note: NoteEffect): void;
}

/** How long tidings are collected behind those that went out last, milliseconds: shorter than anybody notices. */
const gatherMs = 50;

/** Sends tidings at once when there were none lately; else a little later, together, of each microphone the latest only. So what one client sends in a
 * second costs a large room twenty rounds of its members, and not hundreds. */
export class Outbox {
  readonly #ports: OutboxPorts;
  readonly #microphones = new Map<number | undefined, Microphone>();
  #messages: Extract<Tiding, { type: "message" }>[] = [];
  #timer: Timer | undefined;
  #sentAtMs = -Infinity;

  constructor(ports: OutboxPorts) {
    this.#ports = ports;
  }

  add(tidings: readonly Tiding[]): void {
    if (tidings.length === 0) return;
    for (const tiding of tidings) {
      if (tiding.type === "message") this.#messages.push(tiding);
      else this.#microphones.set(tiding.entry.audioStreamId, tiding);
    }
    const { clock } = this.#ports;
    const leftMs = gatherMs - (clock.monotonicMs() - this.#sentAtMs);
    if (leftMs <= 0) this.flush();
    else this.#timer ??= clock.startTimer(leftMs, () => this.flush());
  }

  /** Sends what waits: whatever changes who is told has to come behind it. */
  flush(): void {
    this.close();
    if (this.#messages.length === 0 && this.#microphones.size === 0) return;
    this.#sentAtMs = this.#ports.clock.monotonicMs();
    const microphones = [...this.#microphones.values()];
    const messages = this.#messages;
    this.#microphones.clear();
    this.#messages = [];
    if (microphones.length > 0) {
      this.#ports.sendAllBut(new Set(), microphonesFrame(microphones.map(({ entry }) => entry)));
    }
    for (const { note } of microphones) this.#ports.note(note);
    this.#sendMessages(messages);
  }

  /** Sends nothing by itself any more. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #sendMessages(messages: readonly Extract<Tiding, { type: "message" }>[]): void {
    const senders = new Set(messages.map(({ from }) => from));
    const framesBut = (sender?: string) =>
      messageFrames(messages.flatMap(({ from, message }) => (from === sender ? [] : [message])));
    for (const frame of framesBut()) this.#ports.sendAllBut(senders, frame);
    if (senders.size < 2) return;
    for (const sender of senders) for (const frame of framesBut(sender)) this.#ports.sendTo(sender, frame);
  }
}
