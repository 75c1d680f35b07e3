import { takeShare } from "./divide.ts";

/** What a node has of one limit, as the others read it. */
export interface Share {
  readonly use: number;
  readonly wanted: number;
  readonly granted: number;
  /** What it used of it in the last second, or would have; absent, as is the next: as an older version has it. */
  readonly needed?: number;
  /** The whole. */
  readonly limit?: number;
}

/** By the name of the limit. */
export type SharesOfNode = Readonly<Record<string, Share>>;

/** What of each limit is in use now that lasts, such as calls that are up. */
export type ReadUses = () => Readonly<Record<string, { readonly limit: number; readonly use: number }>>;

/** The part of limits over all nodes that this one may use. It is divided anew each second; nobody is asked in between. */
export interface Shares {
  /** How much of a limit may be used here now. Notes what is in use, and whether that is all.
   * @param use now; of a rate within the last second */
  of(name: string, limit: number, use: number): number;
  /** What this node takes, given what the others have; what it gives back it does not use from now on. To be written while no other node does this. */
  take(others: readonly { readonly id: string; readonly shares: SharesOfNode | undefined }[]): SharesOfNode;
  /** What was taken is written: it may be used; of a rate once more than a second has passed since others could. */
  taken(): void;
  /** Resolves when this node has a share of each limit that any node divides, or the others had time enough to give one. */
  readonly settled: Promise<void>;
}

/** Divisions after which a node that has come has a share, if it gets one: the others have seen it by the second, and a rate is of use a second later. */
const mostDivisions = 4;

interface Held {
  limit: number;
  granted: number;
  usable: number;
  next: number;
  /** Of a rate: what may be used from the next division on. */
  ripe: number;
  /** Most that was in use since the shares were divided last. */
  peak: number;
  isRate: boolean;
  isShort: boolean;
}

/** Makes them. A node that is alone has all.
 * @param ownId in the order of nodes, which is the same for all */
export function createShares(ownId: string, isShared: boolean, readUses: ReadUses): Shares {
  const held = new Map<string, Held>();
  let nodes = 1;
  let divisions = 0;
  let settle: () => void = () => undefined;
  const settled = new Promise<void>((resolve) => (settle = resolve));
  if (!isShared) settle();
  /** What the others had when the shares were divided last. */
  let ofOthers: ReadonlyMap<string, number> = new Map();
  const heldOf = (name: string, limit: number, isRate: boolean): Held => {
    const known = held.get(name);
    if (known !== undefined) {
      known.limit = limit;
      return known;
    }
    // Nobody may have been told of it yet: each takes an equal part at first, of what is there.
    const free = Math.max(0, limit - (ofOthers.get(name) ?? 0));
    const first = Math.min(free, Math.floor(limit / nodes));
    const made = { limit, granted: 0, usable: first, next: 0, ripe: first, peak: 0, isRate, isShort: false };
    held.set(name, made);
    return made;
  };
  return {
    of(name, limit, use) {
      if (!isShared || limit === Infinity) return limit;
      const one = heldOf(name, limit, true);
      const usable = Math.min(limit, one.usable);
      one.peak = Math.max(one.peak, use + 1);
      if (use >= usable) one.isShort = true;
      return usable;
    },
    take(others) {
      nodes = others.length + 1;
      ofOthers = sumOf(others, ({ granted }) => granted);
      const neededByOthers = sumOf(others, ({ use, needed = use }) => needed);
      const uses = readUses();
      for (const [name, { limit }] of Object.entries(uses)) heldOf(name, limit, false).isRate = false;
      // Those that others divide, and that were of no use here yet: a share is there when they are.
      for (const [name, { limit }] of others.flatMap(({ shares = {} }) => Object.entries(shares)))
        if (limit !== undefined && !held.has(name)) heldOf(name, limit, true);
      const taken: Record<string, Share> = {};
      for (const [name, one] of held) {
        const use = one.isRate ? 0 : (uses[name]?.use ?? 0);
        const needed = neededOf(one, use, nodes);
        const spare = Math.max(0, one.limit - needed - (neededByOthers.get(name) ?? 0));
        const wanted = Math.min(one.limit, needed + roomOf(one, needed, { spare, nodes }));
        const own = { id: ownId, use, wanted, granted: one.granted };
        const theirs = others.map(({ id, shares }) => ({
          id,
          ...(shares?.[name] ?? { use: 0, wanted: 0, granted: 0 }),
        }));
        one.next = takeShare(one.limit, own, theirs);
        one.usable = nodes === 1 ? one.usable : Math.min(one.usable, one.next);
        taken[name] = { use, wanted, needed, granted: one.next, limit: one.limit };
        one.peak = 0;
        one.isShort = false;
      }
      return taken;
    },
    taken() {
      for (const one of held.values()) {
        one.usable = one.isRate && nodes > 1 ? Math.min(one.ripe, one.next) : one.next;
        one.granted = one.ripe = one.next;
      }
      divisions += 1;
      const hasAll = [...held.values()].every(({ limit, usable }) => usable > 0 || limit === 0);
      if (nodes === 1 || hasAll || divisions >= mostDivisions) settle();
    },
    settled,
  };
}

function sumOf(
  others: readonly { readonly shares: SharesOfNode | undefined }[],
  of: (share: Share) => number,
): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const [name, share] of others.flatMap(({ shares = {} }) => Object.entries(shares)))
    sums.set(name, (sums.get(name) ?? 0) + of(share));
  return sums;
}

/** Of a rate what was used within the last second; of what lasts what is in use, and room for one more, since a node without it is taken for full. All of
 * it where there is too little. */
function neededOf({ limit, peak, isShort, isRate, usable }: Held, use: number, nodes: number): number {
  if (isShort && (isRate || use >= usable)) return limit;
  if (isRate) return Math.min(limit, peak);
  return Math.min(limit, use + (limit < nodes ? Math.min(1, Math.max(0, peak - use)) : 1));
}

/** Room for what may come until the shares are divided again, of what nobody needs: a node that has calls is not to be short for the sake of one that
 * may get some. Of a limit that is not enough for one each, room is with the node that last had need of it. */
function roomOf(
  { limit }: Held,
  needed: number,
  { spare, nodes }: { readonly spare: number; readonly nodes: number },
): number {
  if (limit < nodes) return 0;
  return Math.min(needed + Math.ceil(limit / (4 * nodes)), Math.floor(spare / nodes));
}
