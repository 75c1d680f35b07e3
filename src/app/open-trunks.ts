import { newId, type Clock, type Logger } from "../kernel/index.ts";
import type { SipAddress, UserAgent } from "../sip/index.ts";
import { createTrunks, type Trunks } from "../trunks/index.ts";
import type { Config } from "./config/types.ts";

/** What the trunks of a server are opened with. */
export interface OpenTrunksOptions {
  readonly config: Pick<Config, "trunks" | "connectors">;
  readonly userAgent: UserAgent;
  readonly clock: Clock;
  readonly log: Logger;
  readonly shareOf?: (name: string, limit: number, use: number) => number;
  /** Takes what there is no trunk for; asked at each call. */
  readonly standIn: () => SipAddress | undefined;
}

/** The trunks of the configuration. */
export function openTrunks({ config, ...ports }: OpenTrunksOptions): Trunks {
  const { trunks, connectors } = config;
  return createTrunks({ ...ports, random: Math.random, newId, trunks, connectors });
}
