import type { S3Settings } from "../../objects/index.ts";
import type { RawConfig } from "../settings/configuration.ts";
import { readAwsCredentials } from "./aws-credentials.ts";
import type { Report } from "./calls.ts";
import { readUrl } from "./url.ts";

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
    const credentials = readAwsCredentials(written, at, { folder, report });
    const pathStyle = written.pathStyle ?? endpoint !== undefined;
    const staleMs = staleSeconds * 1_000;
    return { buckets, region, endpoint, pathStyle, credentials, profile, encryption, kmsKeyId, checksums, staleMs };
  });
}
