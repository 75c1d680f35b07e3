import { hostname } from "node:os";
import { isHostName, parseHostPort } from "../../sip-syntax/index.ts";
import type { RawConfig } from "../settings/configuration.ts";
import { parseHost } from "./address.ts";
import type { Report } from "./calls.ts";
import type { ConfigPath } from "./document.ts";
import type { Environment } from "./environment.ts";
import { readPassword } from "./password.ts";
import type { Config } from "./types.ts";
import { readUrl } from "./url.ts";

const tracesPath = "/v1/traces";

interface TelemetryOptions {
  readonly folder: string;
  readonly environment: Environment;
  readonly report: Report;
}

/** `telemetry` of the configuration. */
export function resolveTelemetry({ telemetry }: RawConfig, options: TelemetryOptions): Config["telemetry"] {
  const url = tracesUrl(telemetry.otlp.endpoint, options);
  return {
    traces: url === undefined ? undefined : { url, ratio: telemetry.otlp.sampleRatio },
    capture: resolveCapture(telemetry.hep, options),
  };
}

/** The setting, or the variables of the OpenTelemetry specification, of which the one for traces is taken as it is. */
function tracesUrl(endpoint: string | undefined, { environment, report }: TelemetryOptions): string | undefined {
  const at: ConfigPath = ["telemetry", "otlp", "endpoint"];
  if (endpoint !== undefined) return withPath(readUrl(endpoint, at, report));
  if (environment["OTEL_SDK_DISABLED"]?.toLowerCase() === "true") return undefined;
  const forTraces = environment["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] || undefined;
  if (forTraces !== undefined) return readUrl(forTraces, at, report)?.href;
  const forAll = readUrl(environment["OTEL_EXPORTER_OTLP_ENDPOINT"] || undefined, at, report);
  return forAll === undefined ? undefined : `${forAll.href.replace(/\/$/, "")}${tracesPath}`;
}

function withPath(url: URL | undefined): string | undefined {
  if (url?.pathname === "/") url.pathname = tracesPath;
  return url?.href;
}

function resolveCapture(
  hep: RawConfig["telemetry"]["hep"],
  { folder, report }: TelemetryOptions,
): Config["telemetry"]["capture"] {
  const { address, captureId, name = hostname(), keyFile } = hep;
  if (address === undefined) {
    if (keyFile !== undefined)
      report(["telemetry", "hep", "keyFile"], "there is no telemetry.hep.address that needs it");
    return undefined;
  }
  const found = parseCaptureAddress(address);
  if (found === undefined) {
    const rule = "udp:// or tcp:// with an IP address or a host name and a port, for example udp://192.0.2.7:9060";
    report(["telemetry", "hep", "address"], `found "${address}", but it must be ${rule}`);
    return undefined;
  }
  const at = ["telemetry", "hep", "keyFile"];
  const key = keyFile === undefined ? undefined : readPassword(keyFile, folder, (why) => report(at, why));
  return { address: found, agent: { id: captureId, name, key } };
}

function parseCaptureAddress(text: string) {
  const [, transport, where = ""] = /^(udp|tcp):\/\/([^/?#@]+)$/.exec(text) ?? [];
  const at = parseHostPort(where);
  if (transport === undefined || at?.port === undefined || at.port === 0) return undefined;
  const host =
    parseHost(where.startsWith("[") ? `[${at.host}]` : at.host) ?? (isHostName(at.host) ? at.host : undefined);
  return host === undefined ? undefined : { transport: transport as "udp" | "tcp", host, port: at.port };
}
