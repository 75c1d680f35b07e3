/** A store that is reached by the S3 API, and the buckets that are there. */
export interface S3Settings {
  /** Names, or beginnings of names with * behind. */
  readonly buckets: readonly string[];
  readonly region: string;
  /** undefined: that of AWS, or what the variables and the profile of the SDK say. */
  readonly endpoint: string | undefined;
  /** Whether a bucket stands in the path and not in the host's name, as most servers besides AWS want it. */
  readonly pathStyle: boolean;
  /** undefined: what the chain of the SDK finds. The secret may stand in no log. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** Of the SDK's shared files. */
  readonly profile: string | undefined;
  /** How objects are encrypted that are put; undefined: as the bucket says. */
  readonly encryption: "AES256" | "aws:kms" | undefined;
  /** Of KMS; undefined: the key of AWS for S3. */
  readonly kmsKeyId: string | undefined;
  /** For how long a prompt is played as it was last seen while the store is away; 0: not at all. */
  readonly staleMs: number;
  /** Whether each request has a checksum (of the SDK's newer form), or only those for which the API asks: some servers refuse or corrupt the rest. */
  readonly checksums: "when-supported" | "when-required";
}
