import { errorMessage } from "../kernel/index.ts";
import type { Media } from "../media/index.ts";
import type { SipAddress, UserAgent } from "../sip/index.ts";
import { createLegCore, type LegHandle, type LegParts } from "./leg.ts";

/** Whom a leg out is for, and the way there. */
export interface DialPlan {
  readonly to: string;
  readonly from: string;
  /** Added to the INVITE. */
  readonly headers: Readonly<Record<string, string>>;
  readonly nextHop: SipAddress;
  /** Our address towards the next hop, for From. */
  readonly local: SipAddress;
  /** Address for SDP; undefined: the one that the session is bound to. */
  readonly mediaAddress: string | undefined;
}

/** Makes a leg out: opens an RTP session, then sends the INVITE. All that goes wrong comes as `ended`. */
export function createOutboundLeg(
  parts: LegParts & {
    readonly plan: DialPlan;
    readonly openSession: Media["openSession"];
    readonly placeCall: UserAgent["call"];
  },
): LegHandle {
  const { plan, events, sessionDescriptions } = parts;
  const core = createLegCore(parts);

  const dial = async () => {
    const session = await parts.openSession(core.mediaEvents);
    core.attachMedia(session, plan.mediaAddress ?? session.localAddress);
    if (core.isOver()) {
      core.close();
      return;
    }
    const offered = core.describe();
    const uri = uriAt(plan.to, plan.nextHop);
    const call = parts.placeCall({
      requestUri: uri,
      to: uri,
      from: uriAt(plan.from, plan.local),
      nextHop: plan.nextHop,
      headers: Object.entries(plan.headers).map(([name, value]) => ({ name, value })),
      offer: sessionDescriptions.createOffer(offered),
      delegate: {
        ...core.sipEvents,
        onProgress: ({ status }) => {
          if (!core.isOver() && (status === 180 || status === 183)) events.ringing();
        },
        onAnswered: ({ sdp }) => {
          if (!core.isOver() && core.takeAnswer(sdp, offered)) core.up();
        },
      },
    });
    core.attachCall(call);
    if (core.isOver()) call.hangUp();
  };
  dial().catch((error: unknown) =>
    core.end({ type: "failed", why: `the call could not be placed: ${errorMessage(error)}` }),
  );

  return { hangUp: core.hangUp, play: core.play, stopPlayback: core.stopPlayback };
}

function uriAt(user: string, address: SipAddress): string {
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  const transport = address.transport === "tcp" ? ";transport=tcp" : "";
  return `sip:${user}@${host}:${address.port}${transport}`;
}
