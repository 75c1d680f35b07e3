import type { SipAddress } from "../../sip/index.ts";
import type { Trunk, Trunks } from "../../trunks/index.ts";

/** The file with the authorities that vouch for a far end: those of the trunk that is called by its domain, else of the one that it is known as by
 * where it connects from. undefined: it is none, or the trunk has none of its own.
 * @param trunks absent before they are there */
export function trunkAuthorities(
  { host, domain }: Pick<SipAddress, "host" | "domain">,
  trunks: Pick<Trunks, "list" | "trunkOf"> | undefined,
): string | undefined {
  const isCalledBy = ({ addresses }: Trunk) => addresses.some(({ target }) => target.host === domain);
  const named = domain === undefined ? undefined : trunks?.list().find(isCalledBy);
  return (named ?? trunks?.trunkOf({ host, port: 0 }))?.authoritiesFile;
}
