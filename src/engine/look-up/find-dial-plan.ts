import { AppError, errorMessage } from "../../kernel/index.ts";
import { printSipUri, withoutEscapes } from "../../sip-syntax/index.ts";
import { meetingNumber, type CallEffect } from "../../call/index.ts";
import { chooseMediaAddress, type DialHop, type DialPlan } from "../../endpoint/index.ts";
import type { SipAddress, SipTarget } from "../../sip/index.ts";
import type { CallPorts, CallSettings, Route } from "../ports.ts";

/** The routes of an outbound leg: numbers that a rule of this server takes, and that of meetings, are called here, all else as the operator has
 * configured. Contract: sip-and-media-own-numbers, sip-and-media-meeting-number
 * Rejects with CALL_NO_ROUTE.
 * @param maxForwards how many more servers may pass the call on; undefined: as many as the user agent lets */
export async function findDialPlan(
  { destination, to, from, headers }: Extract<CallEffect, { do: "dial-leg" }>,
  { ports, settings }: { readonly ports: CallPorts; readonly settings: CallSettings },
  maxForwards: number | undefined,
): Promise<DialPlan> {
  const isOurs =
    destination.type === "number" &&
    (isOfMeetings(to, ports) || (await ports.store.rules.findByTrigger("ToPhoneNumber", to)) !== undefined);
  const own: Route = { nextHops: [settings.ownListener], uri: undefined, headers: {} };
  const route = isOurs ? own : settings.route(destination, to);
  if (route === undefined) throw new AppError("CALL_NO_ROUTE", `no trunk takes calls to ${to}`);
  // The user part of a Voice Connector comes with its escapes. Contract: sip-and-media-connector-user
  const user = destination.type === "connector" ? (withoutEscapes(to) ?? to) : to;
  const located = await locateAll(route.nextHops, ports.userAgent);
  const [first, ...others] = located.addresses.flatMap(({ target, nextHop }): DialHop[] => {
    const media = chooseMediaAddress(ports.userAgent, settings.mediaAddress, { signalling: nextHop });
    if (media === undefined) return [];
    const local = ports.userAgent.localAddressFor(nextHop);
    return [
      {
        nextHop,
        to: route.uri ?? printSipUri({ ...target, user }),
        from: printSipUri({ ...local, user: from }),
        media,
      },
    ];
  });
  if (first === undefined) {
    const where = route.nextHops.map(({ host }) => host).join(", ");
    const why = located.reasons[0] ?? `no audio address here is of the address family of ${where}`;
    throw new AppError("CALL_NO_ROUTE", why);
  }
  const added = Object.entries({ ...headers, ...route.headers }).map(([name, value]) => ({ name, value }));
  return { hops: [first, ...others], headers: added, maxForwards, credentials: route.credentials };
}

interface Located {
  readonly addresses: readonly { readonly target: SipTarget; readonly nextHop: SipAddress }[];
  /** Why some targets have none, for people. */
  readonly reasons: readonly string[];
}

/** The addresses of all targets, in their order. Names are asked for side by side, so that one that has no address costs no call its time twice. */
async function locateAll(
  targets: readonly SipTarget[],
  { locate }: Pick<CallPorts["userAgent"], "locate">,
): Promise<Located> {
  const answers = await Promise.allSettled(targets.map(async (target) => locate(target)));
  return {
    addresses: answers.flatMap((answer, index) => {
      const target = targets[index];
      if (target === undefined || answer.status === "rejected") return [];
      return answer.value.map((nextHop) => ({ target, nextHop }));
    }),
    reasons: answers.flatMap((answer) => (answer.status === "rejected" ? [errorMessage(answer.reason)] : [])),
  };
}

/** Whether a call to this number joins a meeting of this server. */
export function isOfMeetings(to: string, { meetings }: Pick<CallPorts, "meetings">): boolean {
  return meetings !== undefined && to === meetingNumber;
}
