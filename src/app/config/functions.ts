import { closeSync, openSync, statSync } from "node:fs";
import { extname, resolve } from "node:path";
import { whyUnreadable } from "../../kernel/index.ts";
import {
  handlerFileEndings,
  isPath,
  isProgram,
  whyNoFallback,
  type FunctionTarget,
  type GuardSettings,
} from "../../invoke/index.ts";
import { commonFunctionKeys, functionKinds } from "../settings/functions.ts";
import { webhookSecret } from "../settings/names.ts";
import type { RawConfig, RawFunction } from "../settings/configuration.ts";
import { isLoopback } from "./address.ts";
import type { Report } from "./calls.ts";
import type { ConfigPath } from "./document.ts";
import type { Environment } from "./environment.ts";
import type { ConfiguredFunction } from "./types.ts";
import { readSmallFile } from "./small-file.ts";
import { readUrl } from "./url.ts";

/** What a function is made from besides its own keys. */
interface FunctionSurroundings {
  /** Relative paths begin here. */
  readonly folder: string;
  readonly mode: "development" | "production";
  /** The server's. */
  readonly environment: Environment;
}

type Kind = keyof typeof functionKinds;

/** The entry for all functions that have none. */
const everyOther = "*";
const kinds = Object.keys(functionKinds) as Kind[];
/** A function of no kind, for the rest of the checks. */
const none = {
  kind: "file",
  file: "",
  handler: "handler",
  inherited: {},
  environment: {},
  maxProcesses: 1,
  reload: false,
} as const;

/** Parses `functions`: ARNs for names, files and programs that exist, keys that belong together. */
export function resolveFunctions(
  raw: RawConfig,
  surroundings: FunctionSurroundings,
  report: Report,
): readonly ConfiguredFunction[] {
  const functions: ConfiguredFunction[] = [];
  for (const [key, value] of Object.entries(raw.functions)) {
    const written: RawFunction = typeof value === "string" ? { file: value } : value;
    const at = ["functions", key];
    const name = nameOf(key);
    if (functions.some((other) => other.name === name)) {
      report(at, `there are two functions with the name "${name}"`, "key");
    }
    const kind = kindOf(written, at, report);
    if ((key === everyOther) !== (written.lambda === everyOther)) {
      report(at, `the entry "*" has lambda: "*", and no other has; each application names its function by ARN then`);
    }
    if (written.secrets !== undefined && written.secretsFile !== undefined) {
      report([...at, "secretsFile"], "there is secrets too; only one of them may be there");
    }
    const place = typeof value === "string" ? at : [...at, kind ?? "file"];
    functions.push({
      name,
      arn: key.startsWith("arn:") ? key : `arn:aws:lambda:${raw.region}:${raw.accountId}:function:${key}`,
      timeoutMs: (written.timeoutSeconds ?? raw.limits.functionTimeoutSeconds) * 1_000,
      ...guardOf(written, kind),
      ...(kind === undefined ? none : readKind[kind](written, { ...surroundings, raw }, place, report)),
    });
  }
  for (const [index, key] of Object.keys(raw.functions).entries()) {
    const why = whyNoFallback(functions[index]?.name ?? "", functions);
    if (why !== undefined) report(["functions", key, "fallback"], why);
  }
  return functions;
}

function regionOf(lambda: string, otherwise: string): string {
  return (lambda.startsWith("arn:") ? lambda.split(":")[3] : undefined) ?? otherwise;
}

/** The name in an ARN, or the name itself. */
function nameOf(key: string): string {
  return key.startsWith("arn:") ? (key.split(":")[6] ?? "") : key;
}

function guardOf({ fallback, fallbackActions, circuit }: RawFunction, kind: Kind | undefined): GuardSettings {
  const isRemote = kind === "lambda" || kind === "url";
  const { failures, pauseSeconds } = circuit ?? { failures: isRemote ? 5 : 0, pauseSeconds: 10 };
  return {
    ...(failures === 0 ? {} : { circuit: { failures, pauseMs: pauseSeconds * 1_000 } }),
    ...(fallback === undefined ? {} : { fallback: nameOf(fallback) }),
    ...(fallbackActions === undefined ? {} : { fallbackActions }),
  };
}

/** What a kind makes of its keys.
 * @param at the place of the key that names the kind */
type KindReader = (
  written: RawFunction,
  surroundings: FunctionSurroundings & { readonly raw: RawConfig },
  at: ConfigPath,
  report: Report,
) => WithoutCommon<FunctionTarget>;

type WithoutCommon<Target> = Target extends unknown ? Omit<Target, "name" | "timeoutMs" | keyof GuardSettings> : never;

const readKind: Readonly<Record<Kind, KindReader>> = {
  file(written, surroundings, at, report) {
    const file = resolve(surroundings.folder, written.file ?? "");
    const problem = whyNoHandlerFile(file);
    if (problem !== undefined) report(at, problem);
    return { kind: "file", file, handler: written.handler ?? "handler", ...ofProcesses(written, surroundings) };
  },
  command(written, surroundings, at, report) {
    const { command = [], handler = "handler" } = written;
    const folder = resolve(surroundings.folder, written.folder ?? ".");
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
      report([...at.slice(0, -1), "folder"], `there is no folder ${folder}`);
    } else if (isPath(command[0] ?? "") && !isProgram(resolve(folder, command[0] ?? ""))) {
      report([...at, 0], `found "${command[0]}", but there is no program ${resolve(folder, command[0] ?? "")}`);
    }
    return { kind: "command", command, folder, handler, ...ofProcesses(written, surroundings) };
  },
  lambda({ lambda = "", region, endpoint, profile }, { raw, mode }, at, report) {
    const url = readUrl(endpoint, [...at.slice(0, -1), "endpoint"], report);
    return {
      kind: "lambda",
      functionName: lambda === everyOther ? undefined : lambda,
      region: region ?? (lambda === everyOther ? undefined : regionOf(lambda, raw.region)),
      endpoint: url?.href.replace(/\/$/, ""),
      profile,
      showsLog: mode === "development",
    };
  },
  url(written, { folder }, at, report) {
    const beside = (key: string) => [...at.slice(0, -1), key];
    const { url, proxy, authorities, maxReplyBytes = 6_291_556 } = written;
    const read = (file: string | undefined, key: string) =>
      file === undefined ? undefined : readSmallFile(resolve(folder, file), beside(key), report);
    const pem = read(authorities, "authorities");
    if (pem !== undefined && !pem.includes("-----BEGIN CERTIFICATE-----")) {
      report(beside("authorities"), `${resolve(folder, authorities ?? "")} holds no certificate in PEM`);
    }
    return {
      kind: "url",
      url: readUrl(url, at, report)?.href ?? "https://invalid.invalid",
      secrets: written.secrets ?? readSecrets(read(written.secretsFile, "secretsFile"), beside("secretsFile"), report),
      authorities: pem,
      proxy: readUrl(proxy, beside("proxy"), report)?.href,
      maxReplyBytes,
    };
  },
};

/** The secrets of a file, one a line. They appear in no problem. */
function readSecrets(text: string | undefined, at: ConfigPath, report: Report): readonly string[] {
  if (text === undefined) return [];
  const secrets = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const wrong = secrets.findIndex((secret) => !webhookSecret.test(secret));
  if (wrong >= 0) report(at, `line ${wrong + 1} is no secret; each must be whsec_ and 24 to 64 bytes in base64`);
  if (secrets.length === 0) report(at, "it is empty; it must have a secret, whsec_ and 24 to 64 bytes in base64");
  return secrets;
}

/** What is allowed and probably not meant, a sentence each. */
export function warnOfFunctions(functions: readonly ConfiguredFunction[], deadlineMs: number): readonly string[] {
  return functions.flatMap((target) => {
    const { name, fallback, timeoutMs } = target;
    const warnings: string[] = [];
    if (fallback !== undefined && timeoutMs >= deadlineMs) {
      const limit = "timeoutSeconds below limits.functionTimeoutSeconds";
      warnings.push(`The function "${name}" has a fallback, which is not asked when it hangs: it needs ${limit}`);
    }
    if (target.kind !== "url") return warnings;
    const { protocol, hostname } = new URL(target.url);
    const isHere = hostname === "localhost" || isLoopback(hostname.replace(/^\[(.*)\]$/, "$1"));
    if (target.secrets.length === 0 && !isHere) {
      warnings.push(`Requests to the function "${name}" are not signed, so that it cannot tell who sends them`);
    }
    if (protocol === "http:" && !isHere) {
      warnings.push(`Events for the function "${name}" go over the network as they are, since its url is http`);
    }
    return warnings;
  });
}

/** The one key that says what a function is; undefined, and a problem, where there is none or more than one, or a key of another kind. */
function kindOf(written: RawFunction, at: ConfigPath, report: Report): Kind | undefined {
  const found = kinds.filter((kind) => written[kind] !== undefined);
  const [kind] = found;
  if (kind === undefined || found.length > 1) {
    const what = found.length === 0 ? "none of them" : found.join(" and ");
    report(at, `it must have one of the keys ${kinds.join(", ")}; found ${what}`);
    return undefined;
  }
  const allowed: readonly string[] = [...functionKinds[kind], ...commonFunctionKeys];
  for (const key of Object.keys(written)) {
    if (key === kind || allowed.includes(key)) continue;
    const owners = kinds.filter((other) => (functionKinds[other] as readonly string[]).includes(key));
    report([...at, key], `it is for functions with ${owners.join(" or ")}; this one has ${kind}`, "key");
  }
  return kind;
}

function ofProcesses(
  { environment = {}, maxProcesses = 10 }: RawFunction,
  { mode, environment: server }: FunctionSurroundings,
) {
  const { inherit = mode === "development" ? ["AWS_*"] : [], ...own } = environment;
  return {
    environment: own as Record<string, string>,
    inherited: inheritedOf(server, inherit),
    maxProcesses,
    reload: mode === "development",
  };
}

/** The variables that these names, or beginnings of names, mean. */
function inheritedOf(server: Environment, patterns: readonly string[]): Record<string, string> {
  const isMeant = (name: string) =>
    patterns.some((pattern) => (pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern));
  return Object.fromEntries(
    Object.entries(server).flatMap(([name, value]) => (value !== undefined && isMeant(name) ? [[name, value]] : [])),
  );
}

/** Why a file cannot hold a function; undefined when it can. */
export function whyNoHandlerFile(file: string): string | undefined {
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat === undefined) return `there is no file ${file}`;
    if (!stat.isFile()) return `${file} is a folder; name the handler's file in it`;
    closeSync(openSync(file, "r"));
  } catch (error) {
    return `${file} cannot be read: ${whyUnreadable(error)}`;
  }
  const extension = extname(file);
  if (handlerFileEndings.includes(extension)) return undefined;
  const found = extension === "" ? "file without extension" : `${extension} file`;
  return `found a ${found}; handlers are ${handlerFileEndings.join(", ")} files, and other programs are run by command`;
}
