import { SipAccount, type SipAddress, type SipUri } from "../../sip/index.ts";
import type { Trunk, Trunks } from "../../trunks/index.ts";
import type { ApiConnectors } from "./api-connectors.ts";

/** The accounts that calls of trunks have to prove. */
export interface TrunkAccounts {
  /** Those with this user name. */
  find(username: string): readonly SipAccount[];
  /** The trunk whose account a call has to prove: the Voice Connector whose host it calls, else the one that sends from there, if it has
   * accounts. */
  ownerOf(requestUri: SipUri, peer: SipAddress): string | undefined;
  /** Whether there are any. */
  areThere(): boolean;
}

/** What the accounts are found in, once it is there. */
interface LateTrunks {
  readonly trunks?: Trunks;
  readonly connectors?: Pick<ApiConnectors, "ofHost">;
}

/** Follows the trunks: what they have now counts. Contract: sip-and-media-trunk-callers */
export function createTrunkAccounts(late: LateTrunks): TrunkAccounts {
  const made = new WeakMap<Trunk, readonly SipAccount[]>();
  const list = () => late.trunks?.list() ?? [];
  const accountsOf = (trunk: Trunk): readonly SipAccount[] => {
    const accounts = made.get(trunk) ?? trunk.callers.map((caller) => toAccount(trunk.name, caller));
    made.set(trunk, accounts);
    return accounts;
  };
  return {
    find: (username) => list().flatMap((trunk) => accountsOf(trunk).filter(({ name }) => name === username)),
    ownerOf({ host }, peer) {
      const called = late.connectors?.ofHost(host);
      const trunk = called === undefined ? late.trunks?.trunkOf(peer) : list().find(({ name }) => name === called.id);
      return trunk === undefined || trunk.callers.length === 0 ? undefined : trunk.name;
    },
    areThere: () => list().some(({ callers }) => callers.length > 0),
  };
}

function toAccount(trunk: string, { username, password }: Trunk["callers"][number]): SipAccount {
  return new SipAccount({ name: username, numbers: [], password, mayRegister: false, trunk });
}
