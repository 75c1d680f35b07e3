import type { CallingTrunk } from "../../engine/index.ts";
import { toE164 } from "../../sip-syntax/index.ts";
import type { IncomingCall, SipAddress } from "../../sip/index.ts";
import type { Trunks } from "../../trunks/index.ts";
import { codecsOf } from "./find-route.ts";

/** The trunk that a call comes from; undefined: it comes from none, or from this server itself. */
export function callingTrunk(
  { source, to, requestUri }: Pick<IncomingCall, "source" | "to" | "requestUri">,
  trunks: Trunks,
  listeners: readonly SipAddress[],
): CallingTrunk | undefined {
  if (listeners.some(({ host, port }) => host === source.host && port === source.port)) return undefined;
  const numbers = [to, requestUri].flatMap(({ user }) => toE164(user) ?? []);
  const trunk = trunks.trunkOf(source, numbers);
  if (trunk === undefined) return undefined;
  return {
    ...{ name: trunk.name, username: trunk.account?.username, numbers: trunk.numbers, dialling: trunk.dialling },
    codecs: codecsOf(trunk),
    begin() {
      const begun = trunks.beginIncoming(trunk);
      return begun.type === "over-limit" ? { why: begun.why, retryAfterS: begun.retryAfterS } : begun;
    },
  };
}
