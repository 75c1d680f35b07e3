import { resolve } from "node:path";
import type { Report } from "./calls.ts";
import type { ConfigPath } from "./document.ts";
import { readSmallFile } from "./small-file.ts";

/** The settings of `src/app/settings/aws-credentials.ts`. */
interface WrittenCredentials {
  readonly profile?: string | undefined;
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
  readonly secretAccessKeyFile?: string | undefined;
}

/** An access key. The secret may stand in no log. */
export interface AccessKeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The access key for a client of AWS; undefined: there is none, or a problem was reported. Secrets appear in no problem. */
export function readAwsCredentials(
  { profile, accessKeyId, secretAccessKey, secretAccessKeyFile }: WrittenCredentials,
  at: ConfigPath,
  { folder, report }: { readonly folder: string; readonly report: Report },
): AccessKeyPair | undefined {
  if (secretAccessKey !== undefined && secretAccessKeyFile !== undefined) {
    report([...at, "secretAccessKeyFile"], "there is secretAccessKey too; only one of them may be there");
  }
  const place = [...at, "secretAccessKeyFile"];
  const secret =
    secretAccessKeyFile === undefined
      ? secretAccessKey
      : readSmallFile(resolve(folder, secretAccessKeyFile), place, report)?.trim();
  if (secret === "" || /\s/.test(secret ?? "")) report(place, "it must be one line with the secret and nothing else");
  if (accessKeyId !== undefined && secret !== undefined) {
    if (profile !== undefined) {
      report([...at, "profile"], "there is accessKeyId too; only one of them may be there");
    }
    return { accessKeyId, secretAccessKey: secret };
  }
  if (accessKeyId !== undefined && secretAccessKeyFile === undefined) {
    report([...at, "accessKeyId"], "there is no secret for it; it comes from secretAccessKeyFile or secretAccessKey");
  }
  if (accessKeyId === undefined && secret !== undefined) {
    report(at, "there is a secret and no accessKeyId, which says whose it is");
  }
  return undefined;
}
