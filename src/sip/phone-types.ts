import type { SipUri } from "../sip-syntax/index.ts";
import type { SipAccount } from "./digest/account.ts";
import type { DigestAlgorithm } from "./digest/credentials.ts";
import type { SipAddress, SipTarget } from "./address.ts";

/** Who may register, and who has to prove that he is whom he says. */
export interface SipPhones {
  /** The accounts that the user part of a URI, or the user name of credentials, means: by name or number. Empty: none. */
  find(user: string): readonly SipAccount[];
  /** What they are challenged by, the preferred first. */
  readonly algorithms: readonly DigestAlgorithm[];
  /** How long a registration may last, seconds. */
  readonly expiry: { readonly shortestS: number; readonly longestS: number };
  /** Whether a peer is known by its address, such as a trunk, and asked nothing. */
  isTrusted?(peer: SipAddress): boolean;
  /** The trunk whose account an INVITE to this URI has to prove; undefined: it need not be of one. */
  ownerOf?(requestUri: SipUri, peer: SipAddress): string | undefined;
  /** Whether they may register. Absent: they may; false: REGISTER is a method that is not taken. */
  readonly isRegistrar?: boolean;
  /** Where registrations outlive the process; absent: they end with it. */
  readonly keep?: RegistrationKeeper;
}

/** Keeps registrations over the end of the process. */
export interface RegistrationKeeper {
  /** Those that the process before left. */
  readonly left: readonly KeptRegistration[];
  /** Keeps what an account has now in place of what it had; no bindings: it has none any more. */
  save(registration: KeptRegistration): void;
}

/** Where the phones of one account are reached. */
export interface KeptRegistration {
  readonly account: string;
  /** As the registrar wrote them: plain data. */
  readonly bindings: readonly object[];
}

/** Something that happened to a registration. */
export interface RegistrationChange {
  /** The phone has registered, has taken its registration back, has let it expire, or its connection broke, which nothing else leads to. */
  readonly type: "registered" | "left" | "expired" | "lost";
  /** Name of the account. */
  readonly account: string;
  /** URI of the contact. */
  readonly contact: string;
  /** Where its REGISTER came from. */
  readonly source: SipAddress;
}

/** A phone that is registered. */
export interface RegisteredPhone extends Pick<RegistrationChange, "account" | "contact" | "source"> {
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** The socket or connection that a REGISTER came over; only the user agent can send by it. */
export interface RegisteredFlow {
  readonly peer: SipAddress;
  isOpen(): boolean;
}

/** Where a phone that has registered is called. */
export interface RegisteredContact {
  /** Request-URI. */
  readonly uri: string;
  /** Values of Route, the next hop first. RFC 3327 §5.1 */
  readonly routes: readonly string[];
  /** What the INVITE leaves by; undefined: what leads to `target`. */
  readonly over: RegisteredFlow | undefined;
  readonly target: SipTarget;
}
