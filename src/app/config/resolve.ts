import { statSync } from "node:fs";
import { isIP } from "node:net";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { isLoopback, parseApiAddress, parseHost } from "./address.ts";
import { isHostName } from "../../sip-syntax/index.ts";
import { portPairsOf } from "../../kernel/index.ts";
import { resolveSip } from "./sip.ts";
import { resolvePhones, resolveRegistrations, resolveSoftphone } from "./phones.ts";
import { resolveTrunks } from "./trunks.ts";
import { resolveAccessKeys } from "./access-keys.ts";
import { resolveApplications, resolveRules, type Report } from "./calls.ts";
import { clusterHost, resolveCluster } from "./cluster.ts";
import { checkFallbackActions } from "./fallback-actions.ts";
import { resolveFunctions, warnOfFunctions } from "./functions.ts";
import { publicHost, resolveMeetings } from "./meetings.ts";
import { resolveS3 } from "./objects.ts";
import { resolveSpeech } from "./speech.ts";
import { resolvePostgres } from "./store.ts";
import { resolveTelemetry } from "./telemetry.ts";
import { resolveNumberPool } from "./number-pool.ts";
import type { Problem } from "./document.ts";
import { readPort, type Environment } from "./environment.ts";
import type { Config } from "./types.ts";
import type { RawConfig } from "../settings/configuration.ts";

/** As the schema has it. */
const MOST_WORKERS = 64;

export interface ResolveOptions {
  /** Folder that relative paths of the file begin at. */
  readonly folder: string;
  readonly file: string | undefined;
  readonly mode: "development" | "production";
  readonly environment: Environment;
  readonly warnings: readonly string[];
  readonly report: Report;
  readonly reportPlain: (problem: Problem) => void;
}

/** Parses what the schema cannot check, and checks values against each other. Problems are reported; the result is valid only when there were
 * none. */
export function resolveConfig(raw: RawConfig, options: ResolveOptions): Config {
  const { folder, report } = options;
  const dataFolder = resolve(folder, raw.dataFolder);
  const api = resolveApi(raw, options);
  const sip = resolveSip(raw, { ...options, port: portFromEnvironment("OFFHOOK_SIP_PORT", options) });
  const functions = resolveFunctions(raw, options, report);
  const applications = resolveApplications(raw, functions, report);
  reportDuplicateNumbers(raw, report);
  const limits = resolveLimits(raw, options.mode, report);
  const { compatibility } = raw;
  checkFallbackActions(raw, { limits, compatibility }, report);
  return {
    file: options.file,
    mode: options.mode,
    warnings: [
      ...options.warnings,
      ...warnOfOpenApi(api.address, options.mode),
      ...warnOfFewPorts(raw),
      ...warnOfFunctions(functions, limits.functionDeadlineMs),
    ],
    region: raw.region,
    accountId: raw.accountId,
    sip,
    api,
    media: resolveMedia(raw, report),
    numbers: raw.numbers,
    numberPool: resolveNumberPool(raw, options.mode, report),
    functions,
    functionsMustLoad: raw.functionsMustLoad,
    applications,
    rules: resolveRules(raw, applications, report),
    phones: resolvePhones(raw, options),
    softphone: resolveSoftphone(raw, sip, options),
    registrations: resolveRegistrations(raw, options),
    ...resolveTrunks(raw, options),
    meetings: resolveMeetings(raw, report),
    objectsFolder: resolve(folder, raw.objects.folder),
    createBuckets: raw.objects.createBuckets,
    s3: resolveS3(raw, options),
    speech: resolveSpeech(raw, options),
    drainMs: raw.drainSeconds * 1_000,
    dataFolder,
    storePath: join(dataFolder, "offhook.db"),
    postgres: resolvePostgres(raw, options),
    cluster: resolveCluster(raw, report),
    redactCalls: raw.store.redactCalls ?? redactsHistories(raw, options),
    keepCallsMs: raw.store.keepCallsDays === 0 ? undefined : raw.store.keepCallsDays * 86_400_000,
    speechCacheFolder: join(dataFolder, "speech"),
    limits,
    compatibility,
    histories: resolveHistories(raw, options, dataFolder),
    telemetry: resolveTelemetry(raw, options),
    messageLogs: {
      folder: raw.messageLogs.folder === undefined ? join(dataFolder, "logs") : resolve(folder, raw.messageLogs.folder),
      keepDays: raw.messageLogs.keepDays === 0 ? undefined : raw.messageLogs.keepDays,
    },
    log: raw.log,
  };
}

/** Whether any short number may be called; each trunk takes them or not. The built-in test phone takes them too, and a phone whose name is one. */
function takesShort({ trunk, trunks, phones }: RawConfig, mode: ResolveOptions["mode"]): boolean {
  if (phones.some(({ name }) => /^\d{2,7}$/.test(name))) return true;
  const written = Object.values(trunks);
  const hasTestPhone = mode === "development" && trunk?.address === undefined && written.length === 0;
  return trunk?.shortNumbers ?? (hasTestPhone || written.some(({ shortNumbers }) => shortNumbers));
}

function resolveLimits(raw: RawConfig, mode: ResolveOptions["mode"], report: Report): Config["limits"] {
  const { limits } = raw;
  const pauseMs = { min: limits.shortestPauseMilliseconds, max: limits.longestPauseMilliseconds };
  if (pauseMs.min > pauseMs.max) {
    report(
      ["limits", "shortestPauseMilliseconds"],
      `found ${pauseMs.min}, but it must not be above limits.longestPauseMilliseconds, which is ${pauseMs.max}`,
    );
  }
  return {
    ringTimeoutMs: limits.ringTimeoutSeconds * 1_000,
    functionDeadlineMs: limits.functionTimeoutSeconds * 1_000,
    unansweredMs: limits.unansweredSeconds * 1_000,
    longestCallMs: limits.longestCallSeconds * 1_000,
    invocationsPerCall: limits.invocationsPerCall,
    invocationsPerSecond: limits.invocationsPerSecond,
    actionsPerReply: limits.actionsPerReply,
    invalidReplies: limits.invalidRepliesInARow,
    attributes: { entries: limits.attributeEntries, bytes: limits.attributeBytes },
    pauseMs,
    digitGapMs: limits.digitGapMilliseconds,
    longestRecordingMs: limits.longestRecordingSeconds * 1_000,
    sipHeaderLength: limits.sipHeaderLength,
    emergencyNumbers: limits.emergencyNumbers,
    closedPrefixes: limits.closedPrefixes,
    shortNumbers: takesShort(raw, mode),
    maxCalls: limits.maxCalls,
  };
}

function resolveApi(raw: RawConfig, options: ResolveOptions): Config["api"] {
  const parsed = parseApiAddress(raw.api.listen);
  if (parsed === undefined) {
    options.report(
      ["api", "listen"],
      `found "${raw.api.listen}", but it must be a URL with an IP address, for example http://127.0.0.1:8080`,
    );
  }
  const { isSecure, ...api } = parsed ?? { address: "127.0.0.1", port: 0, basePath: "", isSecure: false };
  for (const [index, host] of raw.api.hosts.entries()) {
    if (isIP(host) !== 0 || isHostName(host)) continue;
    options.report(
      ["api", "hosts", index],
      `found "${host}", but it must be a host name or an IP address, without port`,
    );
  }
  const known = [raw.sip.advertise, publicHost(raw), clusterHost(raw)].filter((host) => host !== undefined);
  const hosts = [...raw.api.hosts, ...known];
  const { requestsPerSecond, createCallsPerSecond, updateCallsPerSecond, quotas } = raw.api;
  const rates = { requestsPerSecond, createCallsPerSecond, updateCallsPerSecond };
  const port = portFromEnvironment("OFFHOOK_API_PORT", options) ?? api.port;
  const keys = resolveAccessKeys(raw, options);
  if (options.mode === "production" && !isLoopback(api.address) && raw.api.keys.length === 0) {
    const rule =
      "which other machines may reach: there must be api.keys, or it must listen on loopback, for example http://127.0.0.1:8080";
    options.report(["api", "listen"], `found "${raw.api.listen}", ${rule}`);
  }
  return {
    ...api,
    hosts,
    rates,
    quotas: { ...quotas, rules: quotas.rules },
    port,
    tls: resolveApiTls(raw, isSecure, options),
    keys,
    pagesFolder: findPages(raw, options),
  };
}

/** A file that cannot be used is found at the start of the server. */
function resolveApiTls(
  { api }: RawConfig,
  isSecure: boolean,
  { folder, report }: ResolveOptions,
): Config["api"]["tls"] {
  const { certificate, key } = api.tls;
  const isComplete = certificate !== undefined && key !== undefined;
  if (isSecure && !isComplete)
    report(["api", "listen"], `found "${api.listen}", which needs api.tls.certificate and api.tls.key`);
  if (!isSecure && (certificate ?? key) !== undefined)
    report(["api", "tls"], `there is nothing that needs it: api.listen is "${api.listen}" and would begin with https`);
  return isSecure && isComplete ? { certificate: resolve(folder, certificate), key: resolve(folder, key) } : undefined;
}

function findPages({ api }: RawConfig, { folder, report }: ResolveOptions): string | undefined {
  if (api.pages === undefined) return undefined;
  const pages = resolve(folder, api.pages);
  if (statSync(pages, { throwIfNoEntry: false })?.isDirectory() === true) return pages;
  report(["api", "pages"], `found "${api.pages}", but there is no folder ${pages}`);
  return undefined;
}

function resolveMedia(raw: RawConfig, report: Report): Config["media"] {
  const { address, ports, workers, packets, codecs, rtpTimeoutSeconds, holdTimeoutSeconds } = raw.media;
  const { webrtcPort = 0, publicAddress } = raw.media;
  const [min = 0, max = 0] = ports.split("-").map(Number);
  const isAny = min === 0 && max === 0;
  if (!isAny && (min < 1 || max > 65_535 || max - min < 1)) {
    report(
      ["media", "ports"],
      `found "${ports}", but it must be two ports from 1 to 65535, the first lower than the second`,
    );
  } else if (!isAny && portPairsOf(min, max).count === 0) {
    report(["media", "ports"], `found "${ports}", which has no even port (RTP) with the odd one above it (RTCP)`);
  }
  const threads = workers ?? Math.min(availableParallelism(), MOST_WORKERS);
  if (webrtcPort + threads - 1 > 65_535) {
    const rule = `it and the ports of the other media workers, ${threads} in all, must not be above 65535`;
    report(["media", "webrtcPort"], `found ${webrtcPort}, but ${rule}`);
  }
  return {
    address: readHost(address, ["media", "address"], report),
    portRange: { min, max },
    browserPort: webrtcPort,
    browserAddress: readHost(publicAddress, ["media", "publicAddress"], report) ?? parseHost(raw.sip.advertise ?? ""),
    workers: threads,
    packets,
    codecs: codecs === undefined ? { codecs: ["PCMU", "PCMA"], lastResort: ["G722"] } : { codecs, order: "ours" },
    rtpTimeoutMs: rtpTimeoutSeconds * 1_000,
    holdTimeoutMs: holdTimeoutSeconds * 1_000,
  };
}

function resolveHistories(raw: RawConfig, options: ResolveOptions, dataFolder: string): Config["histories"] {
  const { histories } = raw;
  const { folder, mode } = options;
  if (!(histories.write ?? mode === "development")) return undefined;
  return {
    folder: histories.folder === undefined ? join(dataFolder, "calls") : resolve(folder, histories.folder),
    redact: redactsHistories(raw, options),
    keep: histories.keepCalls,
  };
}

function redactsHistories({ histories }: RawConfig, { mode }: ResolveOptions): boolean {
  return histories.redact ?? mode !== "development";
}

function readHost(text: string | undefined, path: readonly string[], report: Report): string | undefined {
  if (text === undefined) return undefined;
  const host = parseHost(text);
  if (host === undefined) report(path, `found "${text}", but it must be an IP address`);
  return host;
}

function portFromEnvironment(variable: string, { environment, reportPlain }: ResolveOptions): number | undefined {
  const port = readPort(environment, variable);
  if (port !== "wrong") return port;
  const message = `found "${environment[variable]}", but it must be a port number from 0 to 65535`;
  reportPlain({ location: variable, path: "", message, order: -1 });
  return undefined;
}

function reportDuplicateNumbers({ numbers }: RawConfig, report: Report): void {
  for (const [index, number] of numbers.entries()) {
    if (numbers.indexOf(number) < index) report(["numbers", index], `${number} is there twice`);
  }
}

/** A call has up to two legs, and each a pair of ports. Any free pair (0-0) is enough. */
function warnOfFewPorts({ media, limits }: RawConfig): string[] {
  const [min = 0, max = 0] = media.ports.split("-").map(Number);
  const [pairs, needed] = [portPairsOf(min, max).count, 2 * limits.maxCalls];
  if (max === 0 || pairs === 0 || pairs >= needed) return [];
  const most = Math.floor(pairs / 2);
  const right = `a range of ${2 * needed} ports${most === 0 ? "" : `, or a limit of ${most}`}`;
  return [
    `media.ports of ${media.ports} has ports for ${pairs} legs, and limits.maxCalls of ${limits.maxCalls} needs them for up to ${needed}: further calls are refused with 503; right would be ${right}`,
  ];
}

function warnOfOpenApi(address: string, mode: ResolveOptions["mode"]): string[] {
  if (mode === "production" || isLoopback(address)) return [];
  return [`The API listens on ${address}, which other machines may reach, and takes any signature in development`];
}
