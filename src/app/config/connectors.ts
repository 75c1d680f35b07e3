import { parseTarget, whyNotSymmetric } from "./address.ts";
import type { Report } from "./calls.ts";
import type { ConfigPath } from "./document.ts";
import { routeDefaults, targetRule } from "../settings/routes.ts";
import type { RawConfig, RawConnectorRoute } from "../settings/configuration.ts";
import type { ConfiguredConnector, ConnectorRoute } from "../routing/voice-connectors.ts";

/** Parses `voiceConnectors`: addresses by ARN or id. */
export function resolveConnectors({ voiceConnectors, sip }: RawConfig, report: Report): readonly ConfiguredConnector[] {
  const { symmetric } = sip;
  return Object.entries(voiceConnectors).map(([key, value]) => {
    const at = ["voiceConnectors", key];
    if (typeof value === "string")
      return { key, routes: resolveRoute({ ...routeDefaults, address: value, symmetric }, 1, at, report) };
    const routes = value.flatMap((written, index) => {
      const path = [...at, index];
      if (typeof written === "string")
        return resolveRoute({ ...routeDefaults, address: written, symmetric }, index + 1, path, report);
      const why = whyNotSymmetric(parseTarget(written.address), written.symmetric);
      if (why !== undefined) report([...path, "symmetric"], why);
      return resolveRoute({ symmetric, ...written }, index + 1, [...path, "address"], report);
    });
    return { key, routes };
  });
}

type WrittenRoute = Omit<RawConnectorRoute, "symmetric"> & Pick<ConnectorRoute, "symmetric">;

function resolveRoute(written: WrittenRoute, position: number, path: ConfigPath, report: Report): ConnectorRoute[] {
  const address = parseTarget(written.address);
  const { priority = position, weight, symmetric } = written;
  if (address !== undefined) return [{ address, priority, weight, symmetric }];
  report(path, `found "${written.address}", but it must be ${targetRule}`);
  return [];
}
