import type { SipMessage } from "../../sip-syntax/index.ts";
import type { RequestContent, RequestRefusal } from "../dialog/session-effects.ts";
import type { Arrival, Beginning, Check } from "./method.ts";
import type { Methods } from "./methods.ts";
import { replacesRefusal } from "./replaces.ts";

/** A request that is refused. */
export interface Refused {
  readonly type: "refused";
  readonly refusal: RequestRefusal;
}

/** What a request outside of dialogs begins, or why it is refused. RFC 3261 §8.2 */
export function admitOutside(
  known: Omit<Arrival, "supported">,
  methods: Methods,
): Refused | { readonly type: Beginning } {
  const arrival = { supported: methods.supported, ...known };
  const { method } = arrival.request;
  const { outside } = methods.of(method);
  if (outside.begins === "nothing") {
    if (outside.cause === "method-not-allowed") return refused(notAllowed(methods.allowed));
    return refused({ cause: outside.cause, why: `a ${method} without a tag in To, which is of no call` });
  }
  const refusal = firstRefusal(outside.checks, arrival) ?? replacesRefusal(arrival);
  return refusal === undefined ? { type: outside.begins } : refused(refusal);
}

/** What a request in a dialog says to its session, or why it is refused. RFC 3261 §12.2.2 */
export function admitWithin(request: SipMessage, methods: Methods): Refused | RequestContent {
  const { within } = methods.of(request.method);
  if (within === undefined) return refused(notAllowed(methods.allowedWithin));
  const { supported } = methods;
  const arrival = { request, supported, isMerged: false, isSecure: true, isClosing: false, hasInvite: false };
  const refusal = firstRefusal(within.checks, arrival) ?? replacesRefusal(arrival);
  return refusal === undefined ? within.read(request) : refused(refusal);
}

function refused(refusal: RequestRefusal): Refused {
  return { type: "refused", refusal };
}

/** The refusal of a method. RFC 3261 §8.2.1 */
function notAllowed(allowed: string): RequestRefusal {
  return { cause: "method-not-allowed", why: `allowed are ${allowed}`, lines: `Allow: ${allowed}\r\n` };
}

function firstRefusal(checks: readonly Check[], arrival: Arrival): RequestRefusal | undefined {
  for (const check of checks) {
    const refusal = check(arrival);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
