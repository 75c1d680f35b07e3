import type { CallEnd, SipReason } from "../sip/index.ts";

/** Why a leg ended that its owner did not end. */
export type LegEnd =
  | { readonly type: "bye" } // the far end hung up
  | { readonly type: "cancelled" } // the caller gave up before the answer
  | { readonly type: "rejected"; readonly status: number } // a final refusal of our INVITE
  | { readonly type: "unreachable"; readonly why: string } // no answer to our INVITE at all, or it could not be sent
  | { readonly type: "no-common-codec"; readonly why?: string }
  | { readonly type: "no-ack" } // our 200 was never acknowledged
  | { readonly type: "no-media" } // the far end's RTP stopped
  | { readonly type: "failed"; readonly why: string }; // something of ours failed

/** Why a leg ended. "local": its owner ended it. */
export type EndpointEnd = { readonly type: "local" } | LegEnd;

/** What the end of a dialog means for its leg. */
export function endOfDialog(end: CallEnd): EndpointEnd {
  switch (end.type) {
    case "local":
    case "bye":
    case "cancelled":
    case "no-ack":
      return { type: end.type };
    case "rejected":
      return end.status === 488 ? { type: "no-common-codec" } : { type: "rejected", status: end.status };
    case "timeout":
      return { type: "unreachable", why: "no response" };
    case "transport":
      return { type: "unreachable", why: end.message };
    default:
      return end satisfies never;
  }
}

/** Why a leg ended, for people. */
export function explainEnd(end: EndpointEnd): string {
  switch (end.type) {
    case "local":
      return "hung up at this end";
    case "bye":
      return "hung up by the far end";
    case "cancelled":
      return "cancelled by the caller before the answer";
    case "rejected":
      return `refused by the far end with ${end.status}${whyNotTaken(end.status)}`;
    case "unreachable":
      return `could not be reached: ${end.why}`;
    case "no-common-codec":
      return end.why === undefined ? "no common codec" : `no common codec: ${end.why}`;
    case "no-ack":
      return "the answer was never acknowledged";
    case "no-media":
      return "the far end's audio stopped";
    case "failed":
      return end.why;
    default:
      return end satisfies never;
  }
}

/** What the far end asked for and did not get. */
function whyNotTaken(status: number): string {
  if (status === 401 || status === 407) return ", which asks for a password: it was given none that is right";
  if (status >= 300 && status < 400) return ", which names another place to call: this server does not follow";
  return "";
}

/** The Reason for the far end when this server ended the leg; undefined: none. */
export function tellFarEnd(end: EndpointEnd): SipReason | undefined {
  switch (end.type) {
    case "no-media":
      return { status: 408, text: "no RTP came" };
    case "no-common-codec":
      return { status: 488, text: "no common codec" };
    case "failed":
      return { status: 500, text: "the server failed" };
    default:
      return undefined;
  }
}
