import type { Closed } from "../control/index.ts";
import type { IncomingCall, InviteRefusal, RejectOptions } from "../sip/index.ts";
import type { SipHeader } from "../sip-syntax/index.ts";
import type { RuleMatch } from "./look-up/find-rule.ts";
import { callRefusalCauses, type CallRefusalCause } from "./refusal-causes.ts";

/** What OPTIONS gets of a server that stops. */
const stoppingPingStatus = 480;
/** Seconds after which a caller that was turned away may try again. */
const retryAfterS = 5;

/** Refuses an INVITE; the user agent says and counts it. @returns that no call has begun */
export function refuse(
  call: IncomingCall,
  cause: CallRefusalCause,
  why: string,
  more: Pick<RejectOptions, "error" | "warning"> = {},
): false {
  const refusal = refusalFor(cause, why);
  call.reject(refusal.status, { ...refusal, ...more });
  return false;
}

/** The refusal with a cause. */
export function refusalFor(cause: CallRefusalCause, why: string): InviteRefusal {
  const { status } = callRefusalCauses[cause];
  return { status, cause, why, ...(status === 503 ? { headers: retryAfter(retryAfterS) } : {}) };
}

/** What is wrong with a rule that calls match. */
export function whyNoApplication({ rule }: RuleMatch): string {
  return `the rule ${rule?.name} (${rule?.id}) has no application that exists`;
}

/** The refusal of an INVITE while no call is admitted. */
export function refusalOf(closed: Closed | undefined): InviteRefusal | undefined {
  if (closed === undefined) return undefined;
  const { cause, why, retryAfterS: seconds } = closed;
  return { status: callRefusalCauses[cause].status, cause, why, headers: retryAfter(seconds) };
}

/** The same of an OPTIONS: a server that stops is not out of order, so that whoever asks finds it away. Contract: sip-and-media-draining */
export function pingRefusalOf(closed: Closed | undefined): InviteRefusal | undefined {
  const refusal = refusalOf(closed);
  return refusal?.cause === "draining" ? { ...refusal, status: stoppingPingStatus } : refusal;
}

/** The header that says after how many seconds one may try again. RFC 3261 §20.33 */
export function retryAfter(seconds: number): readonly SipHeader[] {
  return [{ name: "Retry-After", value: String(seconds) }];
}
