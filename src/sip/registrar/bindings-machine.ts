import { isSameUri } from "../../sip-syntax/index.ts";
import type { RequestRefusal } from "../dialog/session-effects.ts";
import type { SipAddress } from "../types.ts";
import { mostContacts, type Registration, type WantedContact } from "./registration.ts";

/** Where a phone is reached, as plain data. RFC 3261 §10.3 */
export interface Binding extends Omit<WantedContact, "expiresS"> {
  readonly callId: string;
  readonly seq: number;
  readonly path: readonly string[];
  /** Where its REGISTER came from. */
  readonly source: SipAddress;
  /** Our listener that it came to; undefined: it came over a connection of ours, and there is none for its far end. */
  readonly listener: Pick<SipAddress, "host" | "port"> | undefined;
  /** Our host as the phone sees it. */
  readonly ownHost: string;
  /** Names the socket or connection that it came over. */
  readonly flowId: number;
  /** Whether it is only reached by that: it is behind a NAT, or uses outbound. */
  readonly staysOnFlow: boolean;
  /** Whether who sent the REGISTER is known, and may name other hosts. */
  readonly isTrusted: boolean;
  /** Of the clock that moments are of. */
  readonly expiresAtMs: number;
}

/** The bindings of one account, the last to change at the end. */
export type Bindings = readonly Binding[];

/** What happens to the bindings of an account. */
export type BindingsInput =
  | {
      readonly type: "register";
      readonly registration: Registration;
      readonly arrived: Pick<Binding, "source" | "listener" | "ownHost" | "flowId" | "staysOnFlow" | "isTrusted">;
      readonly limits: ExpiryLimits;
    }
  /** They were kept over the end of the process. */
  | { readonly type: "restore"; readonly bindings: Bindings }
  /** A connection broke. */
  | { readonly type: "flow-lost"; readonly flowId: number }
  | { readonly type: "time" };

/** How long a registration may last, seconds. */
export interface ExpiryLimits {
  readonly shortestS: number;
  readonly longestS: number;
}

/** What a step did. */
export type BindingsOutcome =
  | { readonly type: "changed"; readonly added: Bindings; readonly removed: Bindings }
  | { readonly type: "refused"; readonly refusal: RequestRefusal };

/** One step of the bindings of an account: those whose time is over go first, then all of a REGISTER is done, or nothing. RFC 3261 §10.3
 * @param nowMs of a clock that does not go back */
export function stepBindings(
  before: Bindings,
  input: BindingsInput,
  nowMs: number,
): readonly [Bindings, BindingsOutcome] {
  const live = before.filter(({ expiresAtMs }) => expiresAtMs > nowMs);
  switch (input.type) {
    case "register":
      return register(before, live, input, nowMs);
    case "restore":
      return changed(
        before,
        input.bindings.filter(({ expiresAtMs }) => expiresAtMs > nowMs),
      );
    case "flow-lost":
      return changed(
        before,
        live.filter(({ flowId, staysOnFlow }) => flowId !== input.flowId || !staysOnFlow),
      );
    case "time":
      return changed(before, live);
    default:
      return input satisfies never;
  }
}

function register(
  before: Bindings,
  live: Bindings,
  input: Extract<BindingsInput, { type: "register" }>,
  nowMs: number,
): readonly [Bindings, BindingsOutcome] {
  const { registration, limits } = input;
  const { contacts } = registration;
  if (contacts === "none") return changed(before, live);
  const touched = contacts === "remove-all" ? live : contacts.flatMap((wanted) => find(live, wanted) ?? []);
  const refusal = whyOutOfOrder(touched, registration) ?? whyTooBrief(contacts, limits);
  if (refusal !== undefined) return [live, { type: "refused", refusal }];
  if (contacts === "remove-all") return changed(before, []);
  const after = contacts.reduce<Bindings>((kept, wanted) => {
    const others = kept.filter((one) => one !== find(kept, wanted));
    return wanted.expiresS === 0 ? others : [...others, bind(wanted, input, nowMs)];
  }, live);
  // A phone that starts anew under another address leaves its old one behind until that expires.
  return changed(before, after.slice(-mostContacts));
}

function changed(before: Bindings, after: Bindings): readonly [Bindings, BindingsOutcome] {
  const isIn = (one: Binding, list: Bindings) => list.some((other) => isSameBinding(one, other));
  return [
    after,
    {
      type: "changed",
      added: after.filter((one) => !isIn(one, before)),
      removed: before.filter((one) => !isIn(one, after)),
    },
  ];
}

function bind(
  { expiresS, ...contact }: WantedContact,
  { registration, arrived, limits }: Extract<BindingsInput, { type: "register" }>,
  nowMs: number,
): Binding {
  const { callId, seq, path } = registration;
  const seconds = Math.min(expiresS, limits.longestS);
  const staysOnFlow = arrived.staysOnFlow || contact.regId !== undefined;
  return {
    ...{ ...contact, ...arrived, callId, seq, path },
    // Behind a proxy the way to the phone is the proxy's affair.
    staysOnFlow: staysOnFlow && path.length === 0,
    expiresAtMs: nowMs + seconds * 1_000,
  };
}

function find(bindings: Bindings, wanted: WantedContact): Binding | undefined {
  return bindings.find((one) => isSameBinding(one, wanted));
}

/** A flow of a device is known by its number, whatever its address is by now. RFC 5626 §6 */
function isSameBinding(one: Pick<Binding, "instance" | "regId" | "uri">, other: typeof one): boolean {
  if (one.regId !== undefined || other.regId !== undefined)
    return one.regId === other.regId && one.instance === other.instance;
  return isSameUri(one.uri, other.uri);
}

function whyOutOfOrder(touched: Bindings, { callId, seq }: Registration): RequestRefusal | undefined {
  const newest = touched.find((one) => one.callId === callId && one.seq >= seq);
  if (newest === undefined) return undefined;
  return { cause: "out-of-order", why: `its CSeq is ${seq}, and the last one with this Call-ID was ${newest.seq}` };
}

function whyTooBrief(contacts: Registration["contacts"], { shortestS }: ExpiryLimits): RequestRefusal | undefined {
  if (typeof contacts === "string") return undefined;
  const brief = contacts.find(({ expiresS }) => expiresS > 0 && expiresS < shortestS);
  if (brief === undefined) return undefined;
  const why = `a contact is to last ${brief.expiresS} s; at least ${shortestS} s are taken`;
  return { cause: "interval-too-brief", why, lines: `Min-Expires: ${shortestS}\r\n` };
}
