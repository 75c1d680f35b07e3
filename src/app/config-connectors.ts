import { parseTrunkAddress } from "./config-address.ts";
import type { Tell } from "./config-calls.ts";
import type { ConfigPath } from "./config-document.ts";
import type { RawConfig, RawConnectorRoute } from "./config-types.ts";
import type { ConfiguredConnector, ConnectorRoute } from "./voice-connectors.ts";

/** Parses `voiceConnectors`: addresses by ARN or id. */
export function resolveConnectors({ voiceConnectors }: RawConfig, tell: Tell): readonly ConfiguredConnector[] {
  return Object.entries(voiceConnectors).map(([key, value]) => {
    const at = ["voiceConnectors", key];
    if (typeof value === "string") return { key, routes: resolveRoute({ address: value }, 1, at, tell) };
    const routes = value.flatMap((written, index) => {
      const path = [...at, index];
      if (typeof written === "string") return resolveRoute({ address: written }, index + 1, path, tell);
      return resolveRoute(written, index + 1, [...path, "address"], tell);
    });
    return { key, routes };
  });
}

function resolveRoute(written: RawConnectorRoute, place: number, path: ConfigPath, tell: Tell): ConnectorRoute[] {
  const address = parseTrunkAddress(written.address);
  if (address !== undefined) return [{ address, priority: written.priority ?? place, weight: written.weight ?? 1 }];
  tell(path, `found "${written.address}", but it must be an IP address with a port, for example sip:192.0.2.1:5060`);
  return [];
}
