/** Why a call ended; told exactly once. */
export type CallEnd =
  | { readonly type: "local" } // we rejected, cancelled or sent BYE
  | { readonly type: "bye" } // the far end sent BYE
  | { readonly type: "cancelled" } // the caller sent CANCEL before our answer
  | { readonly type: "rejected"; readonly status: number; readonly reason: string; readonly retryAfterS?: number } // final 3xx to 6xx to our INVITE
  | { readonly type: "timeout" } // no response: timer B, or a dialog whose far end is silent
  | { readonly type: "transport"; readonly message: string } // could not be sent: refused, unreachable
  | { readonly type: "no-ack" }; // our 200, or a reliable provisional response, was never acknowledged within 64*T1; the far end was told

/** Why a call is ended, for the far end. RFC 3326 */
export interface SipReason {
  /** A SIP status. */
  readonly status: number;
  readonly text: string;
}
