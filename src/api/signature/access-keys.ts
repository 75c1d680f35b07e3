/** An access key by which clients of the API sign. */
export interface AccessKey {
  readonly id: string;
  /** The secrets that count now, at least one: while a secret is replaced, the old and the new. They may stand in no log and no answer. */
  readonly secrets: () => readonly string[];
  /** What its holder may do; undefined: everything. */
  readonly roles: readonly Role[] | undefined;
  /** Most requests in a second. */
  readonly requestsPerSecond: number;
  /** Another node signs with it: what it asks for was counted there. Default: false. */
  readonly isOfNode?: boolean;
}

/** Operations and the resources on which they are allowed. In both, "*" stands for any characters. */
export interface Role {
  readonly name: string;
  /** Names, such as `CreateSipMediaApplicationCall` or `Get*`. */
  readonly operations: readonly string[];
  /** ARNs, such as `arn:aws:chime:*:*:sma/*`, or "*". */
  readonly resources: readonly string[];
}
