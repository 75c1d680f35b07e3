import type { FromSchema } from "json-schema-to-ts";
import { applications, functionsMustLoad, numberPool, numbers, rules } from "./calls.ts";
import { cluster } from "./cluster.ts";
import { compatibility } from "./compatibility.ts";
import { functions } from "./functions.ts";
import { limits } from "./limits.ts";
import { meetings } from "./meetings.ts";
import { regionName } from "./names.ts";
import { api, media, sip } from "./network.ts";
import { phones, registrations, softphone } from "./phones.ts";
import { trunk, voiceConnectors } from "./routes.ts";
import type { SettingNode } from "./setting-node.ts";
import { speech } from "./speech.ts";
import { dataFolder, drainSeconds, histories, log, messageLogs, objects, store } from "./storage.ts";
import { telemetry } from "./telemetry.ts";
import { trunks } from "./trunks.ts";

const written = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "Offhook configuration (offhook.yaml)",
  description:
    "Every key is optional. Relative paths are relative to the folder of the file. Settings with x-environment can be overridden by that environment variable; lists are written there with commas.",
  type: "object",
  additionalProperties: false,
  properties: {
    region: {
      description: "Region name in events and ARNs, and of applications that name none.",
      ...regionName,
      default: "us-east-1",
    },
    accountId: {
      description: "Account id in events and ARNs: twelve digits, in quotes.",
      type: "string",
      pattern: "^\\d{12}$",
      "x-rule": 'twelve digits in quotes, for example "000000000000"',
      default: "000000000000",
    },
    sip,
    api,
    media,
    numbers,
    numberPool,
    functions,
    functionsMustLoad,
    applications,
    rules,
    phones,
    softphone,
    registrations,
    trunk,
    trunks,
    voiceConnectors,
    objects,
    speech,
    dataFolder,
    store,
    cluster,
    meetings,
    limits,
    compatibility,
    histories,
    telemetry,
    messageLogs,
    drainSeconds,
    log,
  },
} as const satisfies SettingNode;

/** A configuration that fits the schema, with the schema's defaults: not yet parsed nor cross-checked. */
export type RawConfig = FromSchema<typeof written>;

/** A configuration as it is written. */
export type WrittenConfig = FromSchema<typeof written, { keepDefaultedPropertiesOptional: true }>;

/** One function in its long form. */
export type RawFunction = Exclude<RawConfig["functions"][string], string>;

/** One rule as written. */
export type RawRule = RawConfig["rules"][number];

/** One trunk as written. */
export type RawTrunk = RawConfig["trunks"][string];

/** One route to a Voice Connector in its long form. */
export type RawConnectorRoute = Exclude<Exclude<RawConfig["voiceConnectors"][string], string>[number], string>;

/** The one declaration of the configuration: types, checks, defaults, variables and `assets/config.schema.json` come from it. */
export const configSchema: SettingNode = withVariables(written, []);

/** Text of `assets/config.schema.json`. */
export function printConfigSchema(): string {
  return `${JSON.stringify(configSchema, undefined, 2)}\n`;
}

/** Each setting that is one value, or a list that may be of texts, has a variable that is named after its path. */
function withVariables(node: SettingNode, path: readonly string[]): SettingNode {
  const { properties, type, items } = node;
  if (properties !== undefined) {
    const entries = Object.entries(properties).map(([key, child]) => [key, withVariables(child, [...path, key])]);
    return { ...node, properties: Object.fromEntries(entries) as Readonly<Record<string, SettingNode>> };
  }
  const isOneText = type !== "object" && (type !== "array" || [items?.type].flat().includes("string"));
  return isOneText ? { ...node, "x-environment": variableOf(path) } : node;
}

function variableOf(path: readonly string[]): string {
  const words = path.map((segment) => segment.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase());
  return `OFFHOOK_${words.join("_")}`;
}
