import { networkInterfaces } from "node:os";
import type { Clock } from "../../kernel/index.ts";
import type { Standing } from "../../sip/index.ts";
import { createNetworkTest } from "../../sip-syntax/index.ts";
import { isLoopback } from "../config/address.ts";
import type { Config } from "../config/types.ts";

/** What tells who a peer is. */
export interface StandingParts {
  readonly localNetworks: Config["sip"]["localNetworks"];
  /** Whether a trunk or Voice Connector sends from this host. */
  readonly isTrunkSource: (host: string) => boolean;
  /** Whether a phone at this host is registered. */
  readonly isRegistered: (host: string) => boolean;
  readonly clock: Pick<Clock, "monotonicMs">;
  /** Addresses of this machine. */
  readonly ownHosts?: () => ReadonlySet<string>;
}

/** How long the addresses of this machine are remembered. */
const rememberedMs = 10_000;

/** Makes the answer what a peer is to this server. Nobody else can send from an address of this machine. */
export function createStanding(parts: StandingParts): (host: string) => Standing {
  const { isTrunkSource, isRegistered, clock, ownHosts = hostsOfMachine } = parts;
  const isLocal = createNetworkTest(parts.localNetworks);
  let own: { readonly hosts: ReadonlySet<string>; readonly untilMs: number } | undefined;
  const isOwn = (host: string): boolean => {
    const nowMs = clock.monotonicMs();
    if (own === undefined || nowMs >= own.untilMs) own = { hosts: ownHosts(), untilMs: nowMs + rememberedMs };
    return own.hosts.has(host);
  };
  return (host) => {
    if (isLoopback(host) || isTrunkSource(host) || isLocal(host) || isOwn(host)) return "trusted";
    return isRegistered(host) ? "known" : "stranger";
  };
}

function hostsOfMachine(): ReadonlySet<string> {
  const all = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses);
  return new Set(all.map(({ address }) => address));
}
