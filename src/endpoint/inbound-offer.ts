import { errorMessage } from "../kernel/index.ts";
import type { SourceRule } from "../media/index.ts";
import type { CodecPreferences, Description, SessionWarning, SrtpPolicy } from "../sdp/index.ts";
import type { IncomingCall, UserAgent } from "../sip/index.ts";
import { browserCodecs, isBrowserTransport } from "./browser-codecs.ts";
import { createDescribedHosts, type DescribedHosts } from "./described-hosts.ts";
import { chooseMediaAddress, type MediaAddress } from "./media-address.ts";
import type { DescriptionReader } from "./session-descriptions.ts";

/** The offer of an INVITE, and our address for its media. */
export interface InboundOffer {
  readonly type: "usable";
  /** What it says, with addresses in place of host names; undefined: the INVITE has no offer, so that we make one. */
  readonly offer: Description | undefined;
  /** Those names; a later description may have them again. */
  readonly hosts: DescribedHosts;
  readonly own: MediaAddress;
  /** The caller is a browser: its audio comes over ICE and DTLS. */
  readonly isBrowser: boolean;
  /** What its leg takes. */
  readonly codecs: CodecPreferences;
  /** Whether its audio is encrypted. */
  readonly srtp: SrtpPolicy;
  /** From where else than its signalled address the caller may be heard; default: hosts that its signalling names. */
  readonly sourceRule?: SourceRule;
}

/** Why there can be no audio; `warning` goes to the caller. */
export interface UnusableOffer {
  readonly type: "unusable";
  /** It is in the clear, where it has to be encrypted. */
  readonly isNotEncrypted?: boolean;
  readonly warning: SessionWarning;
}

/** Reads the offer of an INVITE before its call begins: looks up host names, chooses our address, and tries whether it can be answered. Never
 * rejects. Contract: sip-and-media-no-common-audio
 * @param mediaAddress address, or wildcard, that RTP is bound to; undefined: where SIP listens for the far end
 * @param codecs those that its legs take
 * @param srtp whether they are encrypted */
export async function readInboundOffer(
  call: Pick<IncomingCall, "offer" | "source" | "bound" | "listener">,
  reader: DescriptionReader & { readonly userAgent: Pick<UserAgent, "ownAddress"> },
  mediaAddress: string | undefined,
  codecs: CodecPreferences,
  srtp: SrtpPolicy,
): Promise<InboundOffer | UnusableOffer> {
  const { userAgent, sessionDescriptions } = reader;
  const hosts = createDescribedHosts(reader);
  let written: string | undefined;
  try {
    written = call.offer === undefined ? undefined : await hosts.lookUp(call.offer);
  } catch (error) {
    return unusable(301, errorMessage(error));
  }
  const offer = written === undefined ? undefined : sessionDescriptions.readDescription(written);
  if (typeof offer === "string") {
    return { type: "unusable", warning: sessionDescriptions.warningOf({ type: "malformed", why: offer }) };
  }
  const described = offer === undefined ? undefined : sessionDescriptions.audioAddress(offer);
  const peer = { signalling: call.source, bound: call.bound, listener: call.listener };
  const own =
    chooseMediaAddress(userAgent, mediaAddress, { ...peer, described }) ??
    chooseMediaAddress(userAgent, mediaAddress, peer);
  if (own === undefined) return unusable(301, `no audio address here is of the family of ${call.source.host}`);
  const isBrowser = offer === undefined ? isBrowserTransport(call.source) : sessionDescriptions.isOfBrowser(offer);
  const taken = isBrowser ? browserCodecs(codecs) : codecs;
  const usable = { type: "usable", offer, hosts, own, isBrowser, codecs: taken, srtp } as const;
  if (offer === undefined) return usable;
  const refusal = sessionDescriptions.whyNoAnswer(offer, { address: own.advertised(), srtp, isBrowser, ...taken });
  if (refusal === undefined) return usable;
  const isNotEncrypted = refusal.type === "not-encrypted";
  return { type: "unusable", isNotEncrypted, warning: sessionDescriptions.warningOf(refusal) };
}

function unusable(code: number, text: string): UnusableOffer {
  return { type: "unusable", warning: { code, text } };
}
