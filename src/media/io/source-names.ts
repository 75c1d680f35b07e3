import { addressOfName, AF_INET6 } from "./socket-name.ts";
import type { PacketAddress } from "./packet-io.ts";
import type { PacketMemory } from "./packet-memory.ts";
import type { SystemCalls } from "./system-calls.ts";

/** The sources that packets of one socket came from lately, by the names that the system gives them: to make their texts anew for each packet costs as
 * much as the packet. */
export interface SourceNames {
  /** The source whose name is at `at` in the memory; the same value while it is known. */
  of(at: number): PacketAddress;
}

/** Makes it.
 * @param places how many sources are known at one time; a power of 2 */
export function createSourceNames(
  system: SystemCalls,
  memory: PacketMemory,
  family: number,
  places: number,
): SourceNames {
  return places === 1 && family !== AF_INET6
    ? new LatestSource(system, memory)
    : new NameTable(system, memory, family, places);
}

/** Of a socket with one far end that speaks IPv4, whose name is two words: the latest source. */
class LatestSource implements SourceNames {
  readonly #system: SystemCalls;
  readonly #memory: PacketMemory;
  #first = 0;
  #second = 0;
  #source: PacketAddress | undefined;

  constructor(system: SystemCalls, memory: PacketMemory) {
    this.#system = system;
    this.#memory = memory;
  }

  of(at: number): PacketAddress {
    const { data } = this.#memory;
    const [first, second] = [data.getInt32(at, true), data.getInt32(at + 4, true)];
    if (this.#source !== undefined && first === this.#first && second === this.#second) return this.#source;
    this.#first = first;
    this.#second = second;
    return (this.#source = addressOfName(this.#system, this.#memory, at));
  }
}

/** Each name has one place in a table, where a newer one takes it over, so strangers take no memory. */
class NameTable implements SourceNames {
  readonly #system: SystemCalls;
  readonly #memory: PacketMemory;
  readonly #nameBytes: number;
  readonly #names: Uint8Array;
  readonly #sources: (PacketAddress | undefined)[];

  constructor(system: SystemCalls, memory: PacketMemory, family: number, places: number) {
    this.#system = system;
    this.#memory = memory;
    this.#nameBytes = family === AF_INET6 ? 28 : 8;
    this.#names = new Uint8Array(this.#nameBytes * places);
    this.#sources = Array.from({ length: places }, () => undefined);
  }

  of(at: number): PacketAddress {
    const { bytes } = this.#memory;
    const [names, length] = [this.#names, this.#nameBytes];
    let hash = 0;
    for (let index = 0; index < length; index++) hash = (Math.imul(hash, 31) + (bytes[at + index] ?? 0)) | 0;
    const place = (hash ^ (hash >>> 15)) & (this.#sources.length - 1);
    const from = place * length;
    const known = this.#sources[place];
    let isSame = known !== undefined;
    for (let index = 0; isSame && index < length; index++) isSame = bytes[at + index] === names[from + index];
    if (known !== undefined && isSame) return known;
    for (let index = 0; index < length; index++) names[from + index] = bytes[at + index] ?? 0;
    return (this.#sources[place] = addressOfName(this.#system, this.#memory, at));
  }
}
