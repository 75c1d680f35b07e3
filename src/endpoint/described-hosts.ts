import { errorMessage } from "../kernel/index.ts";
import type { DescribedHost } from "../sdp/index.ts";
import type { DescriptionReader } from "./session-descriptions.ts";

/** Host names looked up for one description. */
const mostNames = 2;

const noAddresses: ReadonlyMap<string, string> = new Map();

/** The host names that a far end wrote into its descriptions, with their addresses. */
export interface DescribedHosts {
  /** The description with the addresses that are known so far. */
  replace(description: string): string;
  /** Whether a description has names that are not known. */
  hasUnknown(description: string): boolean;
  /** Looks up the names that are not known, and gives the description with addresses. Rejects with a sentence for people. */
  lookUp(description: string): Promise<string>;
}

/** Makes the names of one far end. */
export function createDescribedHosts(reader: DescriptionReader): DescribedHosts {
  return new NamedHosts(reader);
}

class NamedHosts implements DescribedHosts {
  readonly #reader: DescriptionReader;
  #addresses = noAddresses;

  constructor(reader: DescriptionReader) {
    this.#reader = reader;
  }

  replace(description: string): string {
    return this.#reader.sessionDescriptions.withAddresses(description, this.#addresses);
  }

  hasUnknown(description: string): boolean {
    return this.#unknown(description).length > 0;
  }

  async lookUp(description: string): Promise<string> {
    for (const host of this.#unknown(description).slice(0, mostNames)) {
      try {
        const address = await this.#reader.lookUpHost(host);
        this.#addresses = new Map(this.#addresses).set(host.name, address);
      } catch (error) {
        throw new Error(`the audio stream's host name ${host.name} has no address: ${errorMessage(error)}`, {
          cause: error,
        });
      }
    }
    return this.replace(description);
  }

  #unknown(description: string): readonly DescribedHost[] {
    const described = this.#reader.sessionDescriptions.describedHosts(description);
    return described.filter(({ name }) => !this.#addresses.has(name));
  }
}
