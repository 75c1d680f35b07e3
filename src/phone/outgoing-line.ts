import { errorMessage } from "../kernel/index.ts";
import type { SipAddress, UserAgent } from "../sip/index.ts";
import type { SipHeader } from "../sip-syntax/index.ts";
import { resolveHost, type Destination } from "./destination.ts";
import { createLine, type Line, type LineParts } from "./line.ts";
import { assertRefusalStatus } from "./refusal-status.ts";
import type { PhoneCall } from "./types.ts";

/** What an outbound call needs. */
export interface OutgoingLineParts extends Omit<LineParts, "localHost" | "signalledFrom"> {
  readonly agent: Pick<UserAgent, "call" | "localAddressFor">;
  readonly destination: Destination;
  /** The From URI, once the address is known that is used towards the far end. */
  readonly from: (local: SipAddress) => string;
  /** Added to the INVITE. */
  readonly extraHeaders: readonly SipHeader[];
}

/** Makes an outbound call: finds the address, opens RTP, sends the INVITE. All that goes wrong ends the call. */
export function createOutgoingLine(parts: OutgoingLineParts): PhoneCall {
  const { agent, destination } = parts;
  let nextHop = destination.nextHop;
  const line: Line = createLine(
    { direction: "outgoing", remoteUser: destination.user, headers: [] },
    { ...parts, localHost: () => agent.localAddressFor(nextHop).host, signalledFrom: () => nextHop.host },
    {
      answer: () => undefined,
      reject: (status) => {
        assertRefusalStatus(status);
        line.call.hangUp();
      },
    },
  );

  const dial = async () => {
    try {
      nextHop = await resolveHost(nextHop);
    } catch (error) {
      line.finish({ type: "transport", message: errorMessage(error) });
    }
    if (line.isOver() || !(await line.openAudio())) return;
    try {
      line.attachDialog(agent.call(describeInvite(parts, line, nextHop)));
    } catch (error) {
      line.giveUp(`the INVITE cannot be sent: ${errorMessage(error)}`);
    }
  };
  void dial();
  return line.call;
}

function describeInvite(parts: OutgoingLineParts, line: Line, nextHop: SipAddress): Parameters<UserAgent["call"]>[0] {
  return {
    requestUri: parts.destination.uri,
    to: parts.destination.uri,
    from: parts.from(parts.agent.localAddressFor(nextHop)),
    nextHop,
    headers: parts.extraHeaders,
    offer: line.audio.offer(),
    delegate: {
      ...line.delegate,
      onProgress: ({ status }) => line.rang(status),
      onAnswered: ({ sdp }) => line.takeAnswer(sdp),
    },
  };
}
