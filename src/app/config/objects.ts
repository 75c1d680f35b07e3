import { resolve } from "node:path";
import type { S3Settings } from "../../objects/index.ts";
import type { RawConfig } from "../settings/configuration.ts";
import type { Report } from "./calls.ts";
import { readSmallFile } from "./small-file.ts";
import { readUrl } from "./url.ts";

type RawStore = RawConfig["objects"]["s3"][number];

/** `objects.s3` of the configuration. Secrets appear in no problem. */
export function resolveS3(
  { objects, region: ofConfiguration }: RawConfig,
  { folder, report }: { readonly folder: string; readonly report: Report },
): readonly S3Settings[] {
  return objects.s3.map((written, index) => {
    const at = ["objects", "s3", index];
    const {
      buckets,
      region = ofConfiguration,
      profile,
      encryption,
      kmsKeyId,
      checksums = "when-supported",
      staleSeconds = 3_600,
    } = written;
    const endpoint = readUrl(written.endpoint, [...at, "endpoint"], report)?.href;
    if (kmsKeyId !== undefined && encryption !== "aws:kms") {
      report([...at, "kmsKeyId"], "it is for encryption aws:kms, which is not there");
    }
    const credentials = readCredentials(written, at, folder, report);
    if (credentials !== undefined && profile !== undefined) {
      report([...at, "profile"], "there is accessKeyId too; only one of them may be there");
    }
    const pathStyle = written.pathStyle ?? endpoint !== undefined;
    const staleMs = staleSeconds * 1_000;
    return { buckets, region, endpoint, pathStyle, credentials, profile, encryption, kmsKeyId, checksums, staleMs };
  });
}

function readCredentials(
  { accessKeyId, secretAccessKey, secretAccessKeyFile }: RawStore,
  at: readonly (string | number)[],
  folder: string,
  report: Report,
): S3Settings["credentials"] {
  if (secretAccessKey !== undefined && secretAccessKeyFile !== undefined) {
    report([...at, "secretAccessKeyFile"], "there is secretAccessKey too; only one of them may be there");
  }
  const place = [...at, "secretAccessKeyFile"];
  const secret =
    secretAccessKeyFile === undefined
      ? secretAccessKey
      : readSmallFile(resolve(folder, secretAccessKeyFile), place, report)?.trim();
  if (secret === "" || /\s/.test(secret ?? "")) report(place, "it must be one line with the secret and nothing else");
  if (accessKeyId !== undefined && secret !== undefined) return { accessKeyId, secretAccessKey: secret };
  if (accessKeyId !== undefined && secretAccessKeyFile === undefined) {
    report([...at, "accessKeyId"], "there is no secret for it; it comes from secretAccessKeyFile or secretAccessKey");
  }
  if (accessKeyId === undefined && secret !== undefined) {
    report(at, "there is a secret and no accessKeyId, which says whose it is");
  }
  return undefined;
}
