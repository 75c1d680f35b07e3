/** How much may be kept for one source, and for all together, in a unit that the user chooses: bytes or pieces. */
export interface SourceLimits {
  readonly perSource: number;
  readonly inAll: number;
}

/** Counts what is kept for each source, oldest first. A source without pieces takes up nothing. */
export class SourceQuota<T> {
  readonly #limits: SourceLimits;
  readonly #pieces = new Map<T, { readonly source: string; readonly size: number }>();
  readonly #sources = new Map<string, { size: number; readonly pieces: Set<T> }>();
  #size = 0;

  constructor(limits: SourceLimits) {
    this.#limits = limits;
  }

  /** Whether one more piece of this size is within the limits. */
  hasRoom(host: string, size: number): boolean {
    const ofSource = this.#sources.get(sourceOf(host))?.size ?? 0;
    return ofSource + size <= this.#limits.perSource && this.#size + size <= this.#limits.inAll;
  }

  add(piece: T, host: string, size: number): void {
    this.remove(piece);
    const source = sourceOf(host);
    const group = this.#sources.get(source) ?? { size: 0, pieces: new Set<T>() };
    this.#sources.set(source, group);
    this.#pieces.set(piece, { source, size });
    group.pieces.add(piece);
    group.size += size;
    this.#size += size;
  }

  remove(piece: T): void {
    const known = this.#pieces.get(piece);
    const group = known === undefined ? undefined : this.#sources.get(known.source);
    if (known === undefined || group === undefined) return;
    this.#pieces.delete(piece);
    group.pieces.delete(piece);
    group.size -= known.size;
    this.#size -= known.size;
    if (group.pieces.size === 0) this.#sources.delete(known.source);
  }

  /** The piece to drop while the limits are exceeded: the oldest of this source if that has too much, else the oldest of all. */
  excess(host: string): T | undefined {
    const group = this.#sources.get(sourceOf(host));
    if (group !== undefined && group.size > this.#limits.perSource) return group.pieces.values().next().value;
    return this.#size > this.#limits.inAll ? this.#pieces.keys().next().value : undefined;
  }
}

/** What counts as one source: an IPv4 address, or the /64 network of an IPv6 address, since one host usually has all of it. */
export function sourceOf(host: string): string {
  if (!host.includes(":")) return host;
  const [before = ""] = host.split("::", 1);
  const groups = before === "" ? [] : before.split(":");
  return [...groups, "0", "0", "0", "0"].slice(0, 4).join(":");
}
