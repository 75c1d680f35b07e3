import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Role } from "../../api/index.ts";
import { nearestWord, whyUnreadable } from "../../kernel/index.ts";
import type { RawConfig } from "../settings/configuration.ts";
import type { Report } from "./calls.ts";
import type { Environment } from "./environment.ts";
import type { ConfiguredKey } from "./types.ts";

const mostBytes = 16_384;
const secretPattern = /^[\u0021-\u007e]{1,256}$/;
const ways = "secret, secretFile and secretVariable";

interface Sources {
  readonly folder: string;
  readonly environment: Environment;
  readonly report: Report;
}

/** Parses `api.keys`. No secret appears in a problem that is reported. */
export function resolveAccessKeys({ api }: RawConfig, sources: Sources): readonly ConfiguredKey[] {
  const { report } = sources;
  return api.keys.flatMap((key, index) => {
    const at = ["api", "keys", index];
    if (api.keys.findIndex(({ id }) => id === key.id) < index)
      report([...at, "id"], `there are two keys with the id "${key.id}"`);
    const given = [key.secret, key.secretFile, key.secretVariable].filter((value) => value !== undefined).length;
    if (given !== 1) report(at, `${given === 0 ? "none" : "more than one"} of ${ways} is there; it must be one`);
    const file = key.secretFile === undefined ? undefined : resolve(sources.folder, key.secretFile);
    const secrets = given === 1 ? readSecrets(key, file, at, sources) : [];
    if (secrets.length === 0) return [];
    const roles = key.roles && findRoles(key.roles, api.roles, [...at, "roles"], report);
    return [{ id: key.id, secrets, file, roles, requestsPerSecond: key.requestsPerSecond }];
  });
}

/** The secrets of a file, one a line; a sentence when they cannot be had. */
export function readSecretFile(file: string): readonly string[] | string {
  try {
    const found = statSync(file);
    if (found.isFile() && found.size > mostBytes) return `${file} is too long; it must have one secret a line`;
    return splitSecrets(readFileSync(file, "utf8"), file);
  } catch (error) {
    return `${file} cannot be read: ${whyUnreadable(error)}`;
  }
}

type RawKey = RawConfig["api"]["keys"][number];

function readSecrets(
  { secret, secretVariable }: RawKey,
  file: string | undefined,
  at: readonly (string | number)[],
  { environment, report }: Sources,
): readonly string[] {
  if (secret !== undefined) return [secret];
  const isFile = file !== undefined;
  const read = isFile ? readSecretFile(file) : readVariable(secretVariable ?? "", environment);
  if (typeof read !== "string") return read;
  report([...at, isFile ? "secretFile" : "secretVariable"], read);
  return [];
}

function readVariable(name: string, environment: Environment): readonly string[] | string {
  const value = environment[name];
  if (value === undefined || value === "") return `there is no variable ${name} in the environment`;
  return splitSecrets(value, `the variable ${name}`);
}

function splitSecrets(text: string, where: string): readonly string[] | string {
  const secrets = text.split(/\s+/).filter((word) => word !== "");
  const isRight = secrets.length > 0 && secrets.every((secret) => secretPattern.test(secret));
  return isRight ? secrets : `${where} holds no secret; one has 1 to 256 printable ASCII characters without blanks`;
}

function findRoles(
  names: readonly string[],
  roles: RawConfig["api"]["roles"],
  at: readonly (string | number)[],
  report: Report,
): readonly Role[] {
  return names.flatMap((name, index) => {
    const role = Object.hasOwn(roles, name) ? roles[name] : undefined;
    if (role !== undefined) return [{ name, operations: role.operations, resources: role.resources }];
    const known = Object.keys(roles);
    const nearest = nearestWord(name, known);
    const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
    report(
      [...at, index],
      `there is no role "${name}"${hint} (${known.length === 0 ? "none is configured" : `configured: ${known.join(", ")}`})`,
    );
    return [];
  });
}
