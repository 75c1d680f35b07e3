import { startPeer } from "./peer.ts";
import type { LegUse, OurLegs } from "./leg-kinds.ts";
import type { BareWork } from "./processes/bare-legs.ts";

/** Something that holds legs, in a process of its own. */
export interface LegServer {
  /** Opens legs towards these ports, in pairs where they are joined. @returns the ports at which they listen; fewer when no more are taken */
  add(remotePorts: readonly number[]): Promise<readonly number[]>;
  /** Closes the latest. */
  drop(count: number): Promise<void>;
  /** Gives back what grows with time; called once legs are up, some time before a window. */
  renew(): Promise<void>;
  use(): Promise<LegUse>;
  end(): Promise<void>;
}

/** How a process of the server side is started. */
export interface ServerSide {
  readonly processor: number | undefined;
  /** Words for Node. */
  readonly nodeWords: readonly string[];
}

/** Our own media room. */
export function startOurLegs(legs: OurLegs, side: ServerSide): Promise<LegServer> {
  return startLegs("processes/legs", legs, side);
}

/** The same packets by a loop that knows nothing of calls. Rejects where that way does not work. */
export function startBareLegs(work: BareWork, side: ServerSide): Promise<LegServer> {
  return startLegs("processes/bare-legs", work, side);
}

async function startLegs(file: string, work: unknown, side: ServerSide): Promise<LegServer> {
  const peer = startPeer(file, side);
  try {
    await peer.ask("start", work);
  } catch (error) {
    await peer.end();
    throw error;
  }
  return {
    add: (remotePorts) => peer.ask<number[]>("add", { remotePorts }),
    drop: (count) => peer.ask("drop", count),
    renew: () => peer.ask("renew"),
    use: () => peer.ask<LegUse>("use"),
    end: () => peer.end(),
  };
}
