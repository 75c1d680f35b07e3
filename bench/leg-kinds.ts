import type { PacketWay } from "../src/media/index.ts";

/** What a leg does beside carrying packets. */
export type LegKind = "playing" | "bridged" | "recorded" | "digits" | "transcoded" | "wideband";

/** What the media room is to do. */
export interface OurLegs {
  readonly kind: LegKind;
  readonly packets: PacketWay | undefined;
}

/** What is asked of a process that holds legs. */
export interface MoreLegs {
  readonly remotePorts: readonly number[];
}

/** What such a process used so far, milliseconds, and how many keys it heard. */
export interface LegUse {
  readonly processMs: number;
  readonly atMs: number;
  readonly keys: number;
}

/** What a process with legs of browsers used so far, and how late its ticks were in the latest half second. */
export interface BrowserFacts {
  readonly processMs: number;
  readonly atMs: number;
  readonly lateMs: number;
  readonly memoryBytes: number;
}
