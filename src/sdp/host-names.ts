import { isIP } from "node:net";
import { isHostName } from "../sip-syntax/index.ts";

/** A host name in a `c=` line, with the address family that the line wants. RFC 8866 §5.7 */
export interface DescribedHost {
  readonly name: string;
  readonly family: 4 | 6;
}

/** The host names in the `c=` lines of a description: they have to be looked up before it can be answered. */
export function describedHosts(description: string): readonly DescribedHost[] {
  return connectionLines(description).flatMap(({ host, family }) =>
    isIP(host) === 0 && isHostName(host) ? [{ name: host, family }] : [],
  );
}

/** The description with addresses in place of the host names of its `c=` lines; those without an address stay. */
export function withAddresses(description: string, addresses: ReadonlyMap<string, string>): string {
  if (addresses.size === 0) return description;
  return description.replace(connectionLine, (line, start: string, _family: string, host: string) => {
    const address = addresses.get(host);
    return address === undefined ? line : `${start}IP${isIP(address)} ${address}`;
  });
}

const connectionLine = /^(c=IN )IP([46]) ([^\s/]+)/gm;

function connectionLines(description: string): { readonly host: string; readonly family: 4 | 6 }[] {
  return [...description.matchAll(connectionLine)].map(([, , family, host = ""]) => ({
    host,
    family: family === "6" ? 6 : 4,
  }));
}
