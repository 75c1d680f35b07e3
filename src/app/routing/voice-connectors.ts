import { weightedOrder } from "../../kernel/index.ts";
import type { SipTarget } from "../../sip/index.ts";

/** One route to the equipment behind a Voice Connector. */
export interface ConnectorRoute {
  readonly address: SipTarget;
  /** Lower ones are tried first. */
  readonly priority: number;
  /** Share among routes of one priority. */
  readonly weight: number;
  /** As `sip.symmetric`. */
  readonly symmetric: boolean | undefined;
}

/** A Voice Connector or group that functions may bridge to. */
export interface ConfiguredConnector {
  /** Its ARN, the id at the end of that, or "*" for every other one. */
  readonly key: string;
  readonly routes: readonly ConnectorRoute[];
}

/** The connector that an ARN names: by the whole ARN, else by its id, else the one for all others. */
export function findConnector(
  connectors: readonly ConfiguredConnector[],
  arn: string,
): ConfiguredConnector | undefined {
  const keys = [arn, connectorId(arn), "*"];
  return keys.map((key) => connectors.find((one) => one.key === key)).find((one) => one !== undefined);
}

/** The id at the end of an ARN, or of what is written in place of one. */
export function connectorId(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

/** The addresses in the order in which a call tries them: by priority, those of one priority by chance, as their weights say.
 * Contract: sip-and-media-connector-routes
 * @param random gives numbers from 0, below 1 */
export function orderRoutes(routes: readonly ConnectorRoute[], random: () => number): readonly SipTarget[] {
  return weightedOrder(routes, random).map(({ address }) => address);
}
