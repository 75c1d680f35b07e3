/** How calls end, each in one word: for counts and searches. What the words mean to people is the cause of the call. */
export const callEndTypes = [
  /** The far end hung up, */
  "bye",
  /** or gave up before the answer, */
  "cancelled",
  /** or refused, by a status of SIP, */
  "rejected",
  /** or did not answer at all, */
  "unreachable",
  /** or had no codec of ours. */
  "no-common-codec",
  /** Its ACK never came, */
  "no-ack",
  /** or its audio stopped. */
  "no-media",
  /** Nobody answered in time. */
  "not-answered",
  /** The function hung up, */
  "hung-up",
  /** or an operator did. */
  "by-operator",
  /** The function let the caller wait too long for its first action, */
  "overdue",
  /** or began without one, */
  "no-actions",
  /** or gave replies that cannot be used, */
  "bad-replies",
  /** or failed, */
  "function-failed",
  /** or was asked too often. */
  "too-many-invocations",
  /** The meeting ended. */
  "meeting-left",
  /** The longest time for a call has passed. */
  "too-long",
  /** The server stops. */
  "server-stops",
  /** Something of ours failed. */
  "failed",
] as const;

/** How a call ended, in one word. */
export type CallEndType = (typeof callEndTypes)[number];
