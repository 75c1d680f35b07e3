import { errorMessage } from "../kernel/index.ts";
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
export function createDescribedHosts({ sessionDescriptions, lookUpHost }: DescriptionReader): DescribedHosts {
  let addresses: ReadonlyMap<string, string> = noAddresses;
  const unknown = (description: string) =>
    sessionDescriptions.describedHosts(description).filter(({ name }) => !addresses.has(name));
  const replace = (description: string) => sessionDescriptions.withAddresses(description, addresses);
  return {
    replace,
    hasUnknown: (description) => unknown(description).length > 0,
    async lookUp(description) {
      for (const host of unknown(description).slice(0, mostNames)) {
        try {
          const address = await lookUpHost(host);
          addresses = new Map(addresses).set(host.name, address);
        } catch (error) {
          throw new Error(`the audio stream's host name ${host.name} has no address: ${errorMessage(error)}`, {
            cause: error,
          });
        }
      }
      return replace(description);
    },
  };
}
