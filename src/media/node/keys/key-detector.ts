import { SAMPLES_PER_MS } from "../../pcm.ts";
import { createDigitReceiver, type DigitReceiver } from "./digit-receiver.ts";
import { createInBandKeys, type InBandKeys } from "./in-band-keys.ts";
import { createKeyGate, type KeyGate } from "./key-gate.ts";
import type { HeardPacket } from "../../stream/heard-packet.ts";
import type { MediaNode } from "../node.ts";

/** Who is told each key of the far end once. */
export type KeyListener = Required<Pick<MediaNode, "keyBegan" | "keyGrew" | "keyEnded" | "keySignalled">> & {
  /** As that of nodes; `durationMs`: how long it was pressed. */
  keyInBand(digit: string, startTicks: number, durationMs: number): void;
};

/** Finds the keys of a far end, however they come: as telephone-events, by SIP INFO, or as tones in its audio. There it listens only while no
 * telephone-events are agreed and no key has come by SIP INFO. */
export interface KeyDetector extends MediaNode {
  /** @param hasEvents telephone-events are agreed */
  configure(hasEvents: boolean): void;
  heard(packet: HeardPacket, nowMs: number): void;
  tick(nowMs: number): void;
  /** Nothing is pressed or listened for in band, so that it needs no ticks. */
  readonly isIdle: boolean;
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
  isIdle = true;
  readonly #listener: KeyListener;
  /** Made with the first event, and the gate with the first key: most legs have none. */
  #digits: DigitReceiver | undefined;
  #gate: KeyGate | undefined;
  /** The current press was not told before. */
  #isCounted = false;
  #inBand: InBandKeys | undefined;
  #hasSignals = false;

  constructor(listener: KeyListener) {
    this.#listener = listener;
  }

  configure(hasEvents: boolean): void {
    if (hasEvents || this.#hasSignals) this.#inBand = undefined;
    else {
      this.#inBand ??= this.#listenInBand();
      this.isIdle = false;
    }
  }

  heard(packet: HeardPacket, nowMs: number): void {
    if (packet.kind === "event") {
      this.isIdle = false;
      this.#digits ??= this.#listenForEvents();
      this.#digits.packet(packet, nowMs);
    } else this.#inBand?.heard(packet, nowMs);
  }

  tick(nowMs: number): void {
    this.#digits?.tick(nowMs);
    this.#inBand?.tick(nowMs);
    this.isIdle = this.#inBand === undefined && this.#digits?.isHeld() !== true;
  }

  signal(digit: string, durationMs: number, nowMs: number): void {
    this.#hasSignals = true;
    if (this.#inBand?.isHeld === false) this.#inBand = undefined;
    if (this.#keyGate().keySignalled(digit, nowMs)) this.#listener.keySignalled(digit, durationMs, nowMs);
  }

  forget(): void {
    this.#gate = undefined;
    this.#hasSignals = false;
  }

  #keyGate(): KeyGate {
    return (this.#gate ??= createKeyGate());
  }

  #listenForEvents(): DigitReceiver {
    const listener = this.#listener;
    return createDigitReceiver({
      begins: (digit, ticks, packet, nowMs) => {
        this.#isCounted = this.#keyGate().pressBegins(digit, nowMs);
        if (this.#isCounted) listener.keyBegan(digit, ticks, packet, nowMs);
      },
      goesOn: (ticks) => this.#isCounted && listener.keyGrew(ticks),
      ended: (digit, ticks) => this.#isCounted && listener.keyEnded(digit, Math.round(ticks / SAMPLES_PER_MS)),
    });
  }

  #listenInBand(): InBandKeys {
    let isCounted = false;
    return createInBandKeys({
      begins: (digit, nowMs) => {
        isCounted = this.#keyGate().pressBegins(digit, nowMs);
      },
      ended: (digit, startTicks, lengthTicks) => {
        if (isCounted) this.#listener.keyInBand(digit, startTicks, Math.round(lengthTicks / SAMPLES_PER_MS));
        if (this.#hasSignals) this.#inBand = undefined;
      },
    });
  }
}
