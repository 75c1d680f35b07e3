/** The even UDP ports that sessions may take; RTCP gets the odd one above each. RFC 3550 §11 */
export interface PortPool {
  /** Takes the port that has been free for longest; undefined when none is left. */
  take(): number | undefined;
  /** Gives a port back; it goes to the end of the line, so that late packets of an old call find nobody. */
  release(port: number): void;
  /** Number of pairs, free or taken. */
  readonly size: number;
}

/** Makes a pool over `min` to `max`, both inclusive. Starts at a random place (`random` gives 0 to 1). */
export function createPortPool(min: number, max: number, random: () => number): PortPool {
  const first = Math.max(2, min + (min % 2));
  const size = Math.max(0, Math.floor((max - first + 1) / 2));
  const start = Math.floor(random() * size);
  let untouched = 0;
  const returned: number[] = [];
  return {
    size,
    take() {
      if (untouched < size) return first + ((start + untouched++) % size) * 2;
      return returned.shift();
    },
    release: (port) => void returned.push(port),
  };
}
