/** How the audio of a session was for a piece of time, until `at`. What the far end reports of its side is absent until it does. */
export interface QualitySample {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly jitterMs: number;
  /** As in the statistics of the whole; absent: nothing came. */
  readonly mos?: number;
  readonly remotePacketsLost?: number;
  readonly remoteJitterMs?: number;
  readonly roundTripMs?: number;
}
