import { AppError } from "../../kernel/index.ts";
import { withoutEscapes } from "../../sip-syntax/index.ts";
import type { CallEffect } from "../../call/index.ts";
import { chooseMediaAddress, type DialPlan } from "../../endpoint/index.ts";
import type { CallPorts, CallSettings, Route } from "../ports.ts";

/** The routes of an outbound leg: numbers that a rule of this server takes are called here, all else as the operator has configured.
 * Rejects with CALL_NO_ROUTE.
 * @param maxForwards how many more servers may pass the call on; undefined: as many as the user agent lets */
export async function findDialPlan(
  { destination, to, from, headers }: Extract<CallEffect, { do: "dial-leg" }>,
  { ports, settings }: { readonly ports: CallPorts; readonly settings: CallSettings },
  maxForwards: number | undefined,
): Promise<DialPlan> {
  const isOurs =
    destination.type === "number" && (await ports.store.rules.findByTrigger("ToPhoneNumber", to)) !== undefined;
  const own: Route = { nextHops: [settings.ownListener], uri: undefined, headers: {} };
  const route = isOurs ? own : settings.route(destination, to);
  if (route === undefined) throw new AppError("CALL_NO_ROUTE", `no trunk takes calls to ${to}`);
  const { userAgent } = ports;
  const hops = route.nextHops.flatMap((nextHop) => {
    const media = chooseMediaAddress(userAgent, settings.mediaAddress, { signalling: nextHop });
    return media === undefined ? [] : [{ nextHop, local: userAgent.localAddressFor(nextHop), media }];
  });
  if (hops.length === 0) {
    const where = route.nextHops.map(({ host }) => host).join(", ");
    throw new AppError("CALL_NO_ROUTE", `no audio address here is of the address family of ${where}`);
  }
  // The user part of a Voice Connector comes with its escapes. Contract: sip-and-media-connector-user
  const user = destination.type === "connector" ? (withoutEscapes(to) ?? to) : to;
  return { to, user, from, hops, maxForwards, uri: route.uri, headers: { ...headers, ...route.headers } };
}
