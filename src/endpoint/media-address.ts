import type { OwnAddress, SipAddress, UserAgent } from "../sip/index.ts";

/** Our address for the audio of a far end. */
export interface MediaAddress extends Pick<OwnAddress, "bound"> {
  /** What our descriptions name now. It changes with the address of this machine, and with that of the name that it advertises. */
  readonly advertised: () => string;
}

/** The facts by which the address for RTP is chosen. */
export interface MediaPeer {
  /** Where the far end's SIP comes from, or where ours goes. */
  readonly signalling: SipAddress;
  /** The address, or wildcard, of the listener that the far end's INVITE came to; undefined for outbound calls. */
  readonly bound?: string | undefined;
  /** That listener. */
  readonly listener?: SipAddress | undefined;
  /** Where the far end wants its audio, as it described that. */
  readonly described?: string | undefined;
}

/** Our address for the audio of a far end: what RTP binds to and what SDP names. Mostly that of its signalling, which is where its packets
 * come from whatever it says of itself behind a NAT. Where its audio is of the other address family, or its signalling comes from this very
 * machine (a proxy beside us) and the audio does not, it is the address towards the audio. undefined: there is none of its family.
 * @param configured `media.address` */
export function chooseMediaAddress(
  userAgent: Pick<UserAgent, "ownAddress">,
  configured: string | undefined,
  peer: MediaPeer,
): MediaAddress | undefined {
  const find = () => findAddress(userAgent, configured, peer);
  const first = find();
  if (first === undefined) return undefined;
  const { bound } = first;
  let { advertised } = first;
  return {
    bound,
    advertised() {
      const now = find();
      // The socket stays where it is.
      if (now?.bound === bound) ({ advertised } = now);
      return advertised;
    },
  };
}

function findAddress(
  userAgent: Pick<UserAgent, "ownAddress">,
  configured: string | undefined,
  { signalling, bound, listener, described }: MediaPeer,
): OwnAddress | undefined {
  if (described === undefined || !isElsewhere(described, signalling.host)) {
    return userAgent.ownAddress(signalling, configured ?? bound, listener);
  }
  return userAgent.ownAddress({ ...signalling, host: described }, configured);
}

function isElsewhere(described: string, signalling: string): boolean {
  if (/^[0:.]+$/.test(described)) return false;
  return described.includes(":") !== signalling.includes(":") || (isLoopback(signalling) && !isLoopback(described));
}

function isLoopback(host: string): boolean {
  return host.startsWith("127.") || host === "::1";
}
