import type { PacketWay } from "../src/media/index.ts";
import type { ServerSide } from "./leg-server.ts";
import type { Row } from "./report.ts";
import type { Windows } from "./windows.ts";

/** What each figure of a run is measured by. */
export interface Bench {
  /** How processes of the server are started, and of the load. */
  readonly server: ServerSide;
  readonly load: ServerSide;
  readonly windows: Windows;
  /** How packets of our legs pass; undefined: as the media room has it by itself. */
  readonly packets: PacketWay | undefined;
  /** A short look: less warm-up, shorter windows, a coarser search. */
  readonly isQuick: boolean;
  /** Tells how it goes. */
  tell(text: string): void;
  /** Gives what was measured before under this name, or measures it now: several figures are compared with one. */
  once<Result>(name: string, measure: () => Promise<Result>): Promise<Result>;
}

/** Measures one figure, or several that belong together. */
export type Measure = (bench: Bench) => Promise<readonly Row[]>;
