import { statSync } from "node:fs";
import type { AccessKey } from "../api/index.ts";
import type { Clock, Logger } from "../kernel/index.ts";
import { readSecretFile } from "./config/access-keys.ts";
import type { Config, ConfiguredKey } from "./config/types.ts";

/** How often it is looked whether a file of secrets has changed, at most. */
const lookEveryMs = 1_000;

/** The keys that requests must be signed with; undefined: any signature is taken, and the log says so. Contract: api-signatures */
export function accessKeysOf({ api, mode }: Config, clock: Clock, log: Logger): readonly AccessKey[] | undefined {
  if (mode === "production" && api.keys.length > 0) return openAccessKeys(api.keys, clock, log);
  const isDevelopment = mode === "development";
  const why = isDevelopment ? "development mode" : "no api.keys are configured";
  log[isDevelopment ? "info" : "warn"]({ why }, "the API takes any access key and any signature");
  return undefined;
}

/** The access keys with the secrets that count now: a file is read again when it has changed; one that cannot be used leaves the old secrets in
 * place, and the log says why. Contract: api-key-rotation */
export function openAccessKeys(keys: readonly ConfiguredKey[], clock: Clock, log: Logger): readonly AccessKey[] {
  return keys.map(({ id, secrets, file, roles, requestsPerSecond }) => ({
    ...{ id, roles, requestsPerSecond },
    secrets: file === undefined ? () => secrets : followFile(id, file, secrets, clock, log),
  }));
}

function followFile(
  id: string,
  file: string,
  atStart: readonly string[],
  clock: Clock,
  log: Logger,
): () => readonly string[] {
  const state = { secrets: atStart, mark: markOf(file), lookedAtMs: clock.monotonicMs() };
  return () => {
    const nowMs = clock.monotonicMs();
    if (nowMs - state.lookedAtMs < lookEveryMs) return state.secrets;
    state.lookedAtMs = nowMs;
    const mark = markOf(file);
    if (mark === state.mark) return state.secrets;
    state.mark = mark;
    const read = readSecretFile(file);
    if (typeof read === "string") log.warn({ accessKeyId: id }, `${read}; the secrets that were read before are kept`);
    else {
      state.secrets = read;
      log.info({ accessKeyId: id, secrets: read.length }, "the secrets of an access key were read again");
    }
    return state.secrets;
  };
}

/** What differs as soon as the file is another. */
function markOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? "none" : `${found.ino} ${found.size} ${found.mtimeMs}`;
}
