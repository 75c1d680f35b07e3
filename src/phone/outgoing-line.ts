import { errorMessage } from "../kernel/index.ts";
import { OutboundLeg, type DialPlan } from "../endpoint/index.ts";
import type { SipAddress, SipCredentials, UserAgent } from "../sip/index.ts";
import type { SipHeader } from "../sip-syntax/index.ts";
import { resolveHost, type Destination } from "./destination.ts";
import { createLine, openLineMedia, type LineParts } from "./line.ts";
import { assertRefusalStatus } from "./refusal-status.ts";
import type { PhoneCall } from "./types.ts";

/** What an outbound call needs. */
export interface OutgoingLineParts extends LineParts {
  readonly agent: Pick<UserAgent, "call" | "localAddressFor">;
  readonly destination: Destination;
  /** The From URI, once the address is known that is used towards the far end. */
  readonly from: (local: SipAddress) => string;
  /** Added to the INVITE. */
  readonly extraHeaders: readonly SipHeader[];
  /** For servers that ask who we are. */
  readonly credentials?: SipCredentials | undefined;
}

/** Makes an outbound call: finds the address, opens RTP, sends the INVITE. All that goes wrong ends the call. */
export function createOutgoingLine(parts: OutgoingLineParts): PhoneCall {
  const { agent, destination } = parts;
  let { nextHop } = destination;
  const { call, leg } = createLine(
    { direction: "outgoing", remoteUser: destination.user, headers: [], sipCallId: "" },
    parts,
    (legParts) =>
      new OutboundLeg({
        ...legParts,
        findPlan: () => planCall(parts, nextHop),
        openMedia: openLineMedia(parts.media, () => agent.localAddressFor(nextHop).host),
        placeCall: (...requests) => agent.call(...requests),
      }),
    (its) => ({
      answer: () => undefined,
      reject: (status) => {
        assertRefusalStatus(status);
        its.hangUp();
      },
    }),
  );

  resolveHost(nextHop).then(
    (found) => {
      nextHop = found;
      leg.dial();
    },
    (error: unknown) => {
      const message = errorMessage(error);
      leg.end({ type: "unreachable", why: message }, { type: "transport", message });
    },
  );
  return call;
}

/** The one route of a call: straight to its next hop. */
function planCall(
  { destination, from, agent, extraHeaders, srtp, credentials }: OutgoingLineParts,
  nextHop: SipAddress,
): DialPlan {
  const local = agent.localAddressFor(nextHop);
  const media = { bound: local.host, advertised: () => local.host };
  return {
    hops: [{ nextHop, to: destination.uri, from: from(local), media, srtp, credentials, headers: extraHeaders }],
  };
}
