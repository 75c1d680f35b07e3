/** Why a leg ended that its owner did not end. */
export type LegEnd =
  | { readonly type: "bye" } // the far end hung up
  | { readonly type: "cancelled" } // the caller gave up before the answer
  | { readonly type: "rejected"; readonly status: number } // a final refusal of our INVITE
  | { readonly type: "unreachable"; readonly why: string } // no answer to our INVITE at all, or it could not be sent
  | { readonly type: "no-common-codec" }
  | { readonly type: "no-ack" } // our 200 was never acknowledged
  | { readonly type: "no-media" } // the far end's RTP stopped
  | { readonly type: "failed"; readonly why: string }; // something of ours failed
