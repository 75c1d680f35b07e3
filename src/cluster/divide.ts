/** What one node has of a limit, and would have. */
export interface Wish {
  readonly id: string;
  /** That cannot be taken away, such as calls that are up. */
  readonly use: number;
  /** At least `use`. */
  readonly wanted: number;
  /** What it has until now; default: nothing. */
  readonly granted?: number;
}

/** Divides a limit among nodes, in whole numbers whose sum it is, unless what is used is more: each has what it uses, then as equally as wishes let, and
 * what nobody wants goes to all; what is not enough for one each stays where it is, if it is wanted there, so that whoever has room for a call has it until
 * one comes. All nodes come to the same from the same wishes. */
export function divide(limit: number, wishes: readonly Wish[]): ReadonlyMap<string, number> {
  const shares = new Map(wishes.map(({ id, use }) => [id, use]));
  let left = Math.max(0, limit - wishes.reduce((sum, { use }) => sum + use, 0));
  const give = (id: string, count: number) => {
    shares.set(id, (shares.get(id) ?? 0) + count);
    left -= count;
  };
  const open = wishes
    .map(({ id, use, wanted, granted = 0 }) => ({ id, use, granted, more: Math.max(0, wanted - use) }))
    .toSorted((one, other) => one.more - other.more || (one.id < other.id ? -1 : 1));
  const isEnough = left >= open.length;
  for (const [index, { id, more }] of open.entries())
    if (isEnough) give(id, Math.min(more, Math.floor(left / (open.length - index))));
  const part = Math.floor(left / Math.max(1, open.length));
  for (const { id } of open) give(id, part);
  const wants = ({ id, use, more }: (typeof open)[number]) => (use + more > (shares.get(id) ?? 0) ? 1 : 0);
  const last = open
    .toReversed()
    .map((one) => ({ id: one.id, wants: wants(one), has: one.granted - (shares.get(one.id) ?? 0) }))
    .toSorted((one, other) => other.wants - one.wants || other.has - one.has);
  for (const { id } of last) give(id, Math.min(left, 1));
  return shares;
}

/** What a node takes next, if no other does so meanwhile: no more than the others leave, so that the sum is never more than the limit. */
export function takeShare(
  limit: number,
  own: Wish & { readonly granted: number },
  others: readonly (Wish & { readonly granted: number })[],
): number {
  const due = divide(limit, [own, ...others]).get(own.id) ?? 0;
  const free = limit - others.reduce((sum, { granted }) => sum + granted, 0);
  return Math.max(Math.min(due, free), Math.min(own.use, own.granted), 0);
}
