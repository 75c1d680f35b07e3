import type { CallingTrunk } from "../../engine/index.ts";
import { toE164 } from "../../sip-syntax/index.ts";
import type { IncomingCall, SipAddress } from "../../sip/index.ts";
import type { Trunks } from "../../trunks/index.ts";
import { whyNotTerminated, type ApiConnectors } from "./api-connectors.ts";
import { codecsOf, ownAddress } from "./find-route.ts";

/** What tells which trunk a call comes from. */
export interface KnownCallers {
  readonly trunks: Trunks;
  readonly connectors: Pick<ApiConnectors, "ofHost" | "ofTrunk" | "whyTooFast">;
  readonly ownsNumber: (number: string) => boolean;
  readonly listeners: readonly SipAddress[];
}

/** The trunk that a call comes from: the Voice Connector whose host it calls, else the one whose account it has proved, else the one that sends
 * from there; undefined: it comes from none, or from this server itself. Contract: sip-and-media-trunk-source, sip-and-media-trunk-callers */
export function callingTrunk(
  call: Pick<IncomingCall, "source" | "to" | "requestUri"> & Partial<Pick<IncomingCall, "account">>,
  { trunks, connectors, ownsNumber, listeners }: KnownCallers,
): CallingTrunk | undefined {
  const { source, to, requestUri } = call;
  const own = [ownAddress(listeners), ...listeners];
  if (own.some(({ host, port }) => host === source.host && port === source.port)) return undefined;
  const numbers = [to, requestUri].flatMap(({ user }) => toE164(user) ?? []);
  const called = connectors.ofHost(requestUri.host);
  const named = called?.id ?? call.account?.trunk;
  const trunk =
    named === undefined ? trunks.trunkOf(source, numbers) : trunks.list().find(({ name }) => name === named);
  if (trunk === undefined) return undefined;
  const connector = connectors.ofTrunk(trunk.name);
  return {
    ...{ name: trunk.name, username: trunk.account?.username, numbers: trunk.numbers, dialling: trunk.dialling },
    ...{ codecs: codecsOf(trunk), srtp: trunk.srtp },
    credentials: trunks.credentialsOf(trunk),
    whyRefused: called && whyNotTerminated(called, call),
    callerFor: (from) => (ownsNumber(from) ? from : (connector?.termination?.defaultNumber ?? from)),
    begin() {
      const why = connector && connectors.whyTooFast(connector);
      if (why !== undefined) return { why, retryAfterS: 1 };
      const begun = trunks.beginIncoming(trunk);
      return begun.type === "over-limit" ? { why: begun.why, retryAfterS: begun.retryAfterS } : begun;
    },
  };
}
