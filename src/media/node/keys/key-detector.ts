import { SAMPLES_PER_MS } from "../../pcm.ts";
import { createDigitReceiver, type DigitReceiver } from "./digit-receiver.ts";
import { createKeyGate, type KeyGate } from "./key-gate.ts";
import type { HeardPacket } from "../../stream/heard-packet.ts";
import type { MediaNode } from "../node.ts";

/** Who is told each key of the far end once. */
export type KeyListener = Required<Pick<MediaNode, "keyBegan" | "keyGrew" | "keyEnded" | "keySignalled">>;

/** Finds the keys of a far end, however they come. */
export interface KeyDetector extends MediaNode {
  heard(packet: HeardPacket, nowMs: number): void;
  tick(nowMs: number): void;
  /** A key came by SIP INFO. */
  signal(digit: string, durationMs: number, nowMs: number): void;
  /** Another far end: what the one before has pressed is no longer waited for. */
  forget(): void;
}

/** Makes the detector of one session. */
export function createKeyDetector(listener: KeyListener): KeyDetector {
  return new GatedDetector(listener);
}

class GatedDetector implements KeyDetector {
  readonly #listener: KeyListener;
  readonly #digits: DigitReceiver;
  #gate: KeyGate = createKeyGate();
  /** The current press was not told before. */
  #isCounted = false;

  constructor(listener: KeyListener) {
    this.#listener = listener;
    this.#digits = createDigitReceiver({
      begins: (digit, ticks, packet, nowMs) => {
        this.#isCounted = this.#gate.pressBegins(digit, nowMs);
        if (this.#isCounted) listener.keyBegan(digit, ticks, packet, nowMs);
      },
      goesOn: (ticks) => this.#isCounted && listener.keyGrew(ticks),
      ended: (digit, ticks) => this.#isCounted && listener.keyEnded(digit, Math.round(ticks / SAMPLES_PER_MS)),
    });
  }

  heard(packet: HeardPacket, nowMs: number): void {
    if (packet.kind === "event") this.#digits.packet(packet, nowMs);
  }

  tick(nowMs: number): void {
    this.#digits.tick(nowMs);
  }

  signal(digit: string, durationMs: number, nowMs: number): void {
    if (this.#gate.keySignalled(digit, nowMs)) this.#listener.keySignalled(digit, durationMs, nowMs);
  }

  forget(): void {
    this.#gate = createKeyGate();
  }
}
