import type { SipMessage } from "../../sip-syntax/index.ts";
import type { RequestContent, RequestRefusal } from "../dialog/session-effects.ts";

/** A request that came in, with what its admission has to know. */
export interface Arrival {
  readonly request: SipMessage;
  /** The same request came over another path already. */
  readonly isMerged: boolean;
  /** It came over TLS. */
  readonly isSecure: boolean;
  /** The user agent closes. */
  readonly isClosing: boolean;
  /** Option tags of the extensions that this user agent understands. */
  readonly supported: readonly string[];
  /** Of a CANCEL: whether the INVITE that it means is here. */
  readonly hasInvite: boolean;
}

/** One condition of a request: why it is refused, or undefined. */
export type Check = (arrival: Arrival) => RequestRefusal | undefined;

/** What a request outside of dialogs may begin. */
export type Beginning = "call" | "query" | "cancellation" | "registration";

/** One method of SIP: where it is taken, on which conditions, and what it means there. */
export interface Method {
  readonly name: string;
  /** Outside of dialogs: what it begins, or the cause for which it is refused. */
  readonly outside:
    | { readonly begins: Beginning; readonly checks: readonly Check[] }
    | { readonly begins: "nothing"; readonly cause: "no-dialog" | "method-not-allowed" | "transfer-refused" };
  /** In a dialog; undefined: refused as a method that is not taken. */
  readonly within:
    | { readonly checks: readonly Check[]; readonly read: (request: SipMessage) => RequestContent }
    | undefined;
  /** Whether `Allow` names it. */
  readonly isAllowed: boolean;
}
