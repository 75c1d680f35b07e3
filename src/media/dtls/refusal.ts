import type { AlertCode } from "./protocol.ts";

/** Why a handshake did not succeed, as a code to count by. */
export type DtlsFailureCause =
  /** No version, suite, group, signature or SRTP profile that both sides can. */
  | "nothing-in-common"
  /** A message that is not what its type says. */
  | "malformed"
  /** A message out of order. */
  | "unexpected-message"
  /** No certificate, one that cannot be used, or not that of the session description. */
  | "wrong-certificate"
  /** A signature, a key or a hash that proves nothing. */
  | "not-authentic"
  /** The far end gave up. */
  | "far-end-alert"
  /** It was not over in time. */
  | "timeout";

/** Why a handshake did not succeed. */
export interface DtlsFailure {
  readonly cause: DtlsFailureCause;
  /** A sentence for people, without a full stop. */
  readonly why: string;
}

/** A failure that the far end is told. */
export interface Refusal extends DtlsFailure {
  readonly alert: AlertCode;
}
