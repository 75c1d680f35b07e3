import { AppError, errorMessage } from "../../kernel/index.ts";
import { printSipUri, withoutEscapes, type SipHeader } from "../../sip-syntax/index.ts";
import { meetingNumber, type CallEffect } from "../../call/index.ts";
import { chooseMediaAddress, type DialHop, type DialPlan, type NoWay } from "../../endpoint/index.ts";
import type { SrtpPolicy } from "../../sdp/index.ts";
import type { SipAddress } from "../../sip/index.ts";
import type { CallPorts, CallSettings, FoundRoutes, Route, RouteParties } from "../ports.ts";
import { findPhone } from "./find-phone.ts";

/** Whom an outbound leg calls. */
export type DialledParty = Pick<DialLeg, "to" | "from" | "headers"> & {
  /** `here`: this server, for a call that replaces one of its own. */
  readonly destination: DialLeg["destination"] | { readonly type: "here"; readonly uri: string };
};
type DialLeg = Extract<CallEffect, { do: "dial-leg" }>;

/** The routes of an outbound leg: phones are called where they have registered, numbers that a rule of this server takes, and that of meetings, are called here, all else as the operator has
 * configured. Contract: sip-and-media-own-numbers, sip-and-media-meeting-number
 * Rejects with CALL_NO_ROUTE.
 * @param maxForwards how many more servers may pass the call on; undefined: as many as the user agent lets */
export async function findDialPlan(
  { destination, to, from, headers }: DialledParty,
  { ports, settings }: { readonly ports: CallPorts; readonly settings: CallSettings },
  maxForwards: number | undefined,
): Promise<DialPlan | NoWay> {
  const route = (routes: FoundRoutes) =>
    planOf(routes, { destination, to, from, headers }, { ports, settings }, maxForwards);
  const { ownListener } = settings;
  if (destination.type === "here")
    return route({ type: "routes", routes: [{ target: ownListener, uri: destination.uri }] });
  const phone = await findPhone({ destination, to, from, headers: toList(headers) }, { ports, settings });
  if (phone !== undefined) {
    const [hop, ...others] = phone.map((one) => ({ srtp: withoutRule(settings.srtp), ...one, maxForwards }));
    return hop === undefined ? { hops: [], why: `no phone of ${to} is registered` } : { hops: [hop, ...others] };
  }
  const isOurs = destination.type === "number" && (await takesNumber(to, ports));
  return route(isOurs ? { type: "routes", routes: [{ target: ownListener }] } : settings.findRoutes(destination, to));
}

async function planOf(
  found: FoundRoutes,
  { destination, to, from, headers }: DialledParty,
  { ports, settings }: { readonly ports: CallPorts; readonly settings: CallSettings },
  maxForwards: number | undefined,
): Promise<DialPlan> {
  if (found.type === "none") throw new AppError("CALL_NO_ROUTE", found.why);
  // The user part of a Voice Connector comes with its escapes. Contract: sip-and-media-connector-user
  const isUser = destination.type === "connector";
  const parties = { to: isUser ? (withoutEscapes(to) ?? to) : to, isUser, from };
  const located = await locateAll(found.routes, ports.userAgent);
  const [first, ...others] = located.addresses.flatMap(({ route, nextHop }): DialHop[] => {
    const media = chooseMediaAddress(ports.userAgent, settings.mediaAddress, { signalling: nextHop });
    if (media === undefined) return [];
    const local = ports.userAgent.localAddressFor(nextHop);
    const presented = route.present?.(parties, local) ?? presentAsIs(route, parties, local);
    return [
      {
        ...{ nextHop, media, to: presented.to, from: presented.from },
        headers: toList({ ...headers, ...presented.headers }),
        maxForwards: lesser(maxForwards, route.maxForwards),
        ...{ credentials: route.credentials, codecs: route.codecs, responseMs: route.responseMs },
        srtp: route.srtp ?? withoutRule(settings.srtp),
        ...(route.trunk === undefined ? {} : { trunk: route.trunk, sourceRule: "described" as const }),
        ...(route.begin === undefined ? {} : { begin: () => route.begin?.() ?? "it takes no call" }),
      },
    ];
  });
  if (first === undefined) {
    const where = found.routes.map(({ target }) => target.host).join(", ");
    const why = located.reasons[0] ?? `no audio address here is of the address family of ${where}`;
    throw new AppError("CALL_NO_ROUTE", why);
  }
  return { hops: [first, ...others] };
}

/** Whether audio is encrypted with a peer without a rule of its own: before it is known to take that, it is not offered. */
function withoutRule(srtp: SrtpPolicy): SrtpPolicy | undefined {
  return srtp === "optional" ? undefined : srtp;
}

function presentAsIs({ uri, target }: Route, { to, from }: RouteParties, local: SipAddress) {
  const called = uri ?? printSipUri({ ...target, user: to });
  return { to: called, from: printSipUri({ ...local, user: from }), headers: {} };
}

function toList(headers: Readonly<Record<string, string>>): readonly SipHeader[] {
  return Object.entries(headers).map(([name, value]) => ({ name, value }));
}

function lesser(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}

interface Located {
  readonly addresses: readonly { readonly route: Route; readonly nextHop: SipAddress }[];
  /** Why some targets have none, for people. */
  readonly reasons: readonly string[];
}

/** The addresses of all routes, in their order. Names are asked for side by side, so that one that has no address costs no call its time twice. */
async function locateAll(
  routes: readonly Route[],
  { locate }: Pick<CallPorts["userAgent"], "locate">,
): Promise<Located> {
  const answers = await Promise.allSettled(routes.map(async ({ target }) => locate(target)));
  return {
    addresses: answers.flatMap((answer, index) => {
      const route = routes[index];
      if (route === undefined || answer.status === "rejected") return [];
      return answer.value.map((nextHop) => ({ route, nextHop }));
    }),
    reasons: answers.flatMap((answer) => (answer.status === "rejected" ? [errorMessage(answer.reason)] : [])),
  };
}

/** Why a number cannot be called; undefined: it is a phone's, this server takes it, or there is a trunk for it. */
export async function whyNoWayTo(
  to: string,
  { ports, settings }: { readonly ports: CallPorts; readonly settings: CallSettings },
): Promise<string | undefined> {
  const isOfPhone = settings.isPhone(to) || ports.userAgent.contactsOf(to).length > 0;
  return isOfPhone || (await takesNumber(to, ports)) ? undefined : settings.whyNoRoute(to);
}

/** Whether a call to this number needs no way out of this server: it joins a meeting, or a rule takes it. */
async function takesNumber(to: string, ports: Pick<CallPorts, "meetings" | "store">): Promise<boolean> {
  return isOfMeetings(to, ports) || (await ports.store.rules.findByTrigger("ToPhoneNumber", to)) !== undefined;
}

/** Whether a call to this number joins a meeting of this server. */
function isOfMeetings(to: string, { meetings }: Pick<CallPorts, "meetings">): boolean {
  return meetings !== undefined && to === meetingNumber;
}
