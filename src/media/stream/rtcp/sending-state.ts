/** What a report needs of the sending side at this moment. */
export interface SendingState {
  readonly ssrc: number;
  readonly timestampTicks: number;
  /** Of the codec's clock, in one of ours. */
  readonly clockTicks: number;
  readonly packetCount: number;
  readonly octetCount: number;
  /** Sequence number of the next packet. */
  readonly nextSequence: number;
  /** Sequence numbers that were left out: packets of a bridge that were lost before they came to us. */
  readonly holes: number;
}
