import type { SharesOfNode } from "./shares.ts";

/** What a node tells the others of itself, each second. */
export interface NodeCard {
  /** For people: its machine and the port of its API. */
  readonly name: string;
  readonly state: "starting" | "up" | "draining";
  readonly version: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly calls: number;
  readonly maxCalls: number;
  /** Why it takes no call now. */
  readonly whyNoCalls?: string;
  /** Where it listens, URIs. */
  readonly sip: readonly string[];
  /** The network that it listens in, of one machine since its last start: nothing else can listen there at an address in `sip` while this node does.
   * Absent: unknown. */
  readonly place?: string;
  /** Where the others reach its API, with the path in front of all routes. */
  readonly url: string;
  /** What it has of limits that hold over all nodes. */
  readonly shares?: SharesOfNode;
  /** How often it has changed records that calls go by. */
  readonly changes?: number;
  /** By which they sign what they ask; absent: whoever reaches its API may use it. It is in the database only, and as new as the process. */
  readonly key?: NodeKey;
}

/** An access key that a node has made for the others. */
export interface NodeKey {
  readonly id: string;
  readonly secret: string;
}

/** Whether a node has ended for sure, since another one listens where it did: at each address, in the same place. One that is elsewhere, or whose place
 * is unknown, may live, whatever its name and its URL are. */
export function isSucceededBy(
  { name, place, sip }: Pick<NodeCard, "name" | "place" | "sip">,
  by: Pick<NodeCard, "name" | "place" | "sip">,
): boolean {
  return (
    place !== undefined &&
    place === by.place &&
    name === by.name &&
    sip.length > 0 &&
    sip.every((uri) => by.sip.includes(uri))
  );
}

/** The card of a node; undefined: there is none that this version can read. */
export function readCard(text: string | undefined): NodeCard | undefined {
  if (text === undefined) return undefined;
  try {
    const card = JSON.parse(text) as Partial<NodeCard> | null;
    return typeof card?.url === "string" && typeof card.name === "string" && Array.isArray(card.sip)
      ? (card as NodeCard)
      : undefined;
  } catch {
    return undefined;
  }
}
