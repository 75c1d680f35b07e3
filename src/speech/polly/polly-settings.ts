/** How Amazon Polly is reached. */
export interface PollySettings {
  readonly region: string;
  /** undefined: that of AWS. */
  readonly endpoint: string | undefined;
  /** undefined: what the profile, else the chain of the SDK says. The secret may stand in no log. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** Of the SDK's shared files. */
  readonly profile: string | undefined;
  /** Samples per second that are asked for: 16,000 also for who can hear more than a telephone. */
  readonly sampleRateHz: 8_000 | 16_000;
  /** How long it may say nothing, before its first sound or within a text, until the next engine speaks. */
  readonly timeoutMs: number;
}
