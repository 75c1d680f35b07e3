/** A reader of bytes that others send, to be tried with any. */
export interface FuzzTarget {
  /** Also the name of its file of seeds. */
  readonly name: string;
  /** Good inputs of all kinds, from which others are made. */
  readonly seeds: readonly (string | Uint8Array)[];
  /** Pieces that its grammar knows, a character for each byte. */
  readonly words: readonly string[];
  /** Longest input, bytes: nothing longer gets to it. Default: 65,535 */
  readonly mostBytes?: number;
  /** What an input begins goes on for some turns of the event loop. */
  readonly goesOn?: boolean;
  /** Reads an input, and throws when something comes of it that must not. */
  readonly take: (bytes: Buffer) => void;
}

/** As much as a datagram holds. */
const datagramBytes = 65_535;

/** Longest input of a target, bytes. */
export function mostBytesOf({ mostBytes = datagramBytes }: FuzzTarget): number {
  return mostBytes;
}

/** The seeds that are written beside a target. */
export function ownSeeds({ seeds }: FuzzTarget): readonly Buffer[] {
  return seeds.map((seed) => Buffer.from(seed as Uint8Array));
}

/** Runs it, and lets pass what the reader throws by its contract.
 * @param isExpected tells such an error */
export function lenient(isExpected: (error: unknown) => boolean, run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!isExpected(error)) throw error;
  }
}
