import type { CheckRefusal } from "../ice/ice-agent.ts";
import type { SrtpOpenRefusal } from "../srtp/crypto-context.ts";

/** Why a datagram on the port of browsers was not used, whosoever it was. */
export type PortDropCause =
  | CheckRefusal
  /** Its first byte is of no protocol that is spoken there. */
  | "unknown-protocol"
  /** It is longer than a packet of audio can be. */
  | "too-long"
  /** A check that names none of the open sessions. */
  | "stun-unknown-user"
  /** It comes from where no check of an open session came from. */
  | "unknown-source"
  /** Too many handshakes are under way, from there or in all. */
  | "dtls-limit"
  /** DTLS that is malformed, repeated or without meaning where it came. */
  | "dtls-unused";

/** Why a packet was not let through to its session. */
export type SessionDropCause = `srtp-${SrtpOpenRefusal}` | "srtp-no-keys" | "not-started";
