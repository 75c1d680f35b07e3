/** How much may be kept for one source, and for all together, in a unit that the user chooses: bytes or pieces. */
export interface SourceLimits {
  readonly perSource: number;
  readonly inAll: number;
}

/** Counts how much is kept for each source, without what it is. A source of which nothing is kept takes up nothing. */
export class SourceTotals {
  readonly #limits: SourceLimits;
  readonly #bySource = new Map<string, number>();
  #all = 0;

  constructor(limits: SourceLimits) {
    this.#limits = limits;
  }

  /** Whether so much more is within the limits. */
  hasRoom(host: string, size: number): boolean {
    return this.#of(host) + size <= this.#limits.perSource && this.#all + size <= this.#limits.inAll;
  }

  add(host: string, size: number): void {
    this.#bySource.set(sourceOf(host), this.#of(host) + size);
    this.#all += size;
  }

  remove(host: string, size: number): void {
    const left = this.#of(host) - size;
    if (left > 0) this.#bySource.set(sourceOf(host), left);
    else this.#bySource.delete(sourceOf(host));
    this.#all -= size;
  }

  /** Who has to give something up: this source, or the one that has the oldest of all. */
  excess(host: string): "source" | "any" | undefined {
    if (this.#of(host) > this.#limits.perSource) return "source";
    return this.#all > this.#limits.inAll ? "any" : undefined;
  }

  #of(host: string): number {
    return this.#bySource.get(sourceOf(host)) ?? 0;
  }
}

/** Keeps count of pieces by their source, oldest first. */
export class SourceQuota<T> {
  readonly #totals: SourceTotals;
  readonly #pieces = new Map<T, { readonly host: string; readonly size: number }>();
  readonly #bySource = new Map<string, Set<T>>();

  constructor(limits: SourceLimits) {
    this.#totals = new SourceTotals(limits);
  }

  /** Whether one more piece of this size is within the limits. */
  hasRoom(host: string, size: number): boolean {
    return this.#totals.hasRoom(host, size);
  }

  add(piece: T, host: string, size: number): void {
    this.remove(piece);
    const source = sourceOf(host);
    const group = this.#bySource.get(source) ?? new Set<T>();
    this.#bySource.set(source, group);
    this.#pieces.set(piece, { host, size });
    group.add(piece);
    this.#totals.add(host, size);
  }

  remove(piece: T): void {
    const known = this.#pieces.get(piece);
    if (known === undefined) return;
    const source = sourceOf(known.host);
    const group = this.#bySource.get(source);
    this.#pieces.delete(piece);
    group?.delete(piece);
    if (group?.size === 0) this.#bySource.delete(source);
    this.#totals.remove(known.host, known.size);
  }

  /** The piece to drop while the limits are exceeded: the oldest of this source if that has too much, else the oldest of all. */
  excess(host: string): T | undefined {
    const who = this.#totals.excess(host);
    if (who === "source") return this.#bySource.get(sourceOf(host))?.values().next().value;
    return who === "any" ? this.#pieces.keys().next().value : undefined;
  }
}

/** What counts as one source: an IPv4 address, or the /64 network of an IPv6 address, since one host usually has all of it. */
export function sourceOf(host: string): string {
  if (!host.includes(":")) return host;
  const [before = ""] = host.split("::", 1);
  const groups = before === "" ? [] : before.split(":");
  return [...groups, "0", "0", "0", "0"].slice(0, 4).join(":");
}
