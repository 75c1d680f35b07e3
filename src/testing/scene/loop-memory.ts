/** What a thread and its loop guard share. */
export interface LoopMemory {
  readonly cells: SharedArrayBuffer;
  readonly place: SharedArrayBuffer;
}

/** Cells: works under way; a number that changes with each that begins or ends; the longest time that one may take, milliseconds; length of the place. */
export const [underWayCell, beatCell, limitCell, placeCell] = [0, 1, 2, 3] as const;

const longestPlace = 2_000;

/** Makes it. */
export function createLoopMemory(): LoopMemory {
  return { cells: new SharedArrayBuffer(16), place: new SharedArrayBuffer(longestPlace) };
}

/** Where code loops, in V8's own numbers, which begin with 0. */
export interface LoopPlace {
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

/** Tells where code loops. */
export function tellPlace({ cells, place }: LoopMemory, found: LoopPlace): void {
  const text = Buffer.from(JSON.stringify(found));
  if (text.length > longestPlace) return;
  Buffer.from(place).set(text);
  Atomics.store(new Int32Array(cells), placeCell, text.length);
}

/** Takes what was told since the last time. */
export function takePlace({ cells, place }: LoopMemory): LoopPlace | undefined {
  const length = Atomics.exchange(new Int32Array(cells), placeCell, 0);
  return length === 0 ? undefined : (JSON.parse(Buffer.from(place, 0, length).toString("utf8")) as LoopPlace);
}
