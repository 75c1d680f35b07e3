import type { Leg } from "../call/index.ts";
import { handOver, type LegCore } from "../endpoint/index.ts";
import type { CallEnd, TransferReply, TransferRequest } from "../sip/index.ts";
import { parseSipUri, readDialled, whyClosedUser, whyNotDialled } from "../sip-syntax/index.ts";
import { findDialPlan, whyNoWayTo, type DialledParty } from "./look-up/find-dial-plan.ts";
import type { CallPorts, CallSettings } from "./ports.ts";

/** What a transfer is made with. */
export interface TransferParts {
  readonly ports: CallPorts;
  readonly settings: CallSettings;
  /** The leg as the machine of its call knows it. */
  readonly known: Pick<Leg, "direction" | "from" | "to">;
  /** Max-Forwards for the call that results; undefined: the default. */
  readonly forwardsLeft: number | undefined;
  /** The leg that is in place of the one that was. */
  readonly onTaken: (leg: LegCore) => void;
}

/** Calls whom the far end of a leg names, from the number by which it knows this server; when that party answers it takes the far end's place in the
 * leg, of which the call's function hears nothing. Contract: sip-and-media-transfer */
export async function transferLeg(
  leg: LegCore,
  request: TransferRequest,
  reply: TransferReply,
  parts: TransferParts,
): Promise<void> {
  const { ports, settings, known, forwardsLeft } = parts;
  const called = readTarget(request, parts);
  if (typeof called === "string") return reply.refuse(called);
  const isNumber = called.destination.type === "number";
  const noWay = isNumber ? await whyNoWayTo(called.to, parts) : undefined;
  if (noWay !== undefined) return reply.refuse(noWay);
  if (leg.isOver || leg.hasHeir) return reply.refuse("the leg is not there to be transferred any more");
  reply.take();
  const from = known.direction === "Inbound" ? known.to : known.from;
  const { replaces, referredBy } = request;
  const headers = {
    ...(replaces === undefined ? {} : { Replaces: replaces }),
    ...(referredBy === undefined ? {} : { "Referred-By": referredBy }),
  };
  const heir = handOver(
    leg,
    {
      findPlan: () => findDialPlan({ ...called, from, headers }, { ports, settings }, forwardsLeft),
      placeCall: (call) => ports.userAgent.call(call),
    },
    {
      progress: (status) => reply.tell(status),
      taken: () => {
        ringing.cancel();
        ports.log.info({ target: request.target }, "a leg was transferred");
        parts.onTaken(heir);
        reply.tell(200);
      },
      failed: (_end, dialog) => {
        ringing.cancel();
        ports.log.info({ target: request.target, dialog }, "a transfer came to nothing");
        reply.tell(statusOf(dialog));
      },
    },
  );
  const ringing = ports.clock.startTimer(settings.machine.config.limits.ringTimeoutMs, () => heir.hangUp());
}

type Called = Pick<DialledParty, "destination" | "to">;

/** Whom to call: a full number goes where numbers go, anybody else to the host of the URI. A dialog that is to be replaced is at that host too.
 * Text: why nobody is called. */
function readTarget({ target, replaces }: TransferRequest, { ports, settings }: TransferParts): Called | string {
  const uri = parseSipUri(target);
  if (uri === undefined) return "Refer-To has no usable URI";
  const { limits } = settings.machine.config;
  const closed = whyClosedUser(uri.user, limits);
  if (closed !== undefined) return closed;
  const dialled = readDialled(uri.user, limits);
  // The far end is in two calls of this server, and wants the other parties of both to talk.
  if (replaces !== undefined && ports.userAgent.hasDialog(replaces))
    return { destination: { type: "here", uri: target }, to: uri.user };
  const isNumber = dialled.type === "full" && replaces === undefined;
  if (uri.scheme === "tel" && !isNumber) return whyNotDialled(dialled, false) ?? "a tel: URI names no dialog";
  if (!isNumber) return { destination: { type: "uri", uri: target }, to: uri.user };
  return { destination: { type: "number" }, to: dialled.number };
}

/** What the one who asked for the transfer is told of its end. RFC 3515 §2.4.5 */
function statusOf(end: CallEnd): number {
  if (end.type === "rejected") return end.status;
  return end.type === "timeout" || end.type === "local" ? 408 : 503;
}
