import { isDeepStrictEqual } from "node:util";
import type { Config } from "../config/types.ts";

/** Names of settings as they are written. */
export interface ConfigChanges {
  /** Those that a running server takes. */
  readonly taken: readonly string[];
  /** Those that wait for a restart. */
  readonly needRestart: readonly string[];
}

type Read = (config: Config) => unknown;

/** What a running server takes, each with what of it stands elsewhere. */
export const takenWhileRunning: Readonly<Record<string, Read>> = {
  numbers: ({ numbers }) => numbers,
  functions: ({ functions, functionsMustLoad }) => [functions, functionsMustLoad],
  applications: ({ applications }) => applications,
  rules: ({ rules }) => rules,
  trunks: ({ trunks }) => trunks.map(({ authoritiesFile: _needsRestart, ...trunk }) => trunk),
  voiceConnectors: ({ connectors }) => connectors,
  drainSeconds: ({ drainMs }) => drainMs,
};

/** What is read at the start only. */
export const readAtStart: Readonly<Record<string, Read>> = {
  region: ({ region }) => region,
  accountId: ({ accountId }) => accountId,
  sip: ({ sip }) => sip,
  api: ({ api }) => api,
  media: ({ media }) => media,
  numberPool: ({ numberPool }) => numberPool,
  phones: ({ phones }) => phones,
  registrations: ({ registrations }) => registrations,
  softphone: ({ softphone }) => softphone,
  "authoritiesFile of trunks": ({ trunks }) =>
    trunks.flatMap(({ authoritiesFile }) => authoritiesFile ?? []).toSorted(),
  objects: ({ objectsFolder, s3, createBuckets }) => [objectsFolder, s3, createBuckets],
  speech: ({ speech }) => speech,
  store: ({ postgres, keepCallsMs, redactCalls }) => [postgres, keepCallsMs, redactCalls],
  cluster: ({ cluster }) => cluster,
  dataFolder: ({ dataFolder, storePath, speechCacheFolder }) => [dataFolder, storePath, speechCacheFolder],
  meetings: ({ meetings }) => meetings,
  limits: ({ limits }) => limits,
  compatibility: ({ compatibility }) => compatibility,
  messageLogs: ({ messageLogs }) => messageLogs,
  histories: ({ histories }) => histories,
  telemetry: ({ telemetry }) => telemetry,
  log: ({ log }) => log,
};

/** Compares two configurations, setting by setting. */
export function findChanges(before: Config, next: Config): ConfigChanges {
  const changed = (settings: Readonly<Record<string, Read>>) =>
    Object.entries(settings).flatMap(([name, read]) => (isDeepStrictEqual(read(before), read(next)) ? [] : [name]));
  return { taken: changed(takenWhileRunning), needRestart: changed(readAtStart) };
}
