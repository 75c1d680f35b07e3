import { chooseFormats, mirroredDirection } from "./audio-choice.ts";
import { readDescription, type Description, type MediaSection, type PayloadMapping } from "./description.ts";
import type { CodecPreferences, NegotiatedAudio } from "./types.ts";

/** What a browser offers: one audio stream that is taken, and others beside it. RFC 8829 */
export interface BrowserOffer {
  /** What is agreed for the audio, seen from here; the address is found by ICE. */
  readonly audio: NegotiatedAudio;
  /** User name fragment of its ICE agent. Another one than before asks for a new session. RFC 8839 §5.4 */
  readonly iceUfrag: string;
  /** Of its certificate, such as `sha-256 4A:AD:…`. */
  readonly fingerprint: string;
  /** In the order of the offer, which the answer follows. */
  readonly sections: readonly BrowserSection[];
  readonly timing: Description["timing"];
}

/** What becomes of one `m=` section. */
export type BrowserSection =
  /** It is the audio that is taken. */
  | {
      readonly type: "audio";
      readonly mid: string | undefined;
      readonly protocol: string;
      /** Of the codec that is taken. */
      readonly mapping: PayloadMapping;
    }
  /** It stays in the bundle, and nothing is sent in it either way. */
  | {
      readonly type: "inactive";
      readonly media: string;
      readonly mid: string;
      readonly protocol: string;
      readonly payloadType: number;
      readonly mapping: PayloadMapping;
    }
  /** It was refused before, or can be no part of the bundle. */
  | {
      readonly type: "refused";
      readonly media: string;
      readonly protocol: string;
      readonly formats: readonly string[];
    };

/** Why an offer cannot be answered, in one sentence. */
export interface BrowserOfferRefusal {
  readonly why: string;
}

/** Reads a browser's offer. Never throws.
 * @param preferences which codecs are taken; by our order unless it says otherwise */
export function readBrowserOffer(text: string, preferences: CodecPreferences): BrowserOffer | BrowserOfferRefusal {
  const description = readDescription(text);
  if (typeof description === "string") return { why: description };
  const index = description.media.findIndex(isUsableAudio);
  const section = description.media[index];
  if (section === undefined) return { why: "the offer has no audio stream over UDP/TLS/RTP/SAVPF" };
  const obstacle = obstacleOf(section);
  if (obstacle !== undefined) return { why: `the audio stream ${obstacle}` };
  const formats = chooseFormats(section, { order: "ours", ...preferences });
  if (!("codec" in formats)) {
    const offered = formats.offered.slice(0, MOST_NAMED).join(", ") || "none";
    return { why: `no common codec; offered are ${offered}, spoken here ${preferences.codecs.join(", ")}` };
  }
  const { iceUfrag = "", fingerprint = "" } = section;
  return {
    audio: negotiated(section, formats),
    iceUfrag,
    fingerprint,
    sections: description.media.map((one, at) =>
      at === index ? audioSection(one, formats) : otherSection(one, description.bundle),
    ),
    timing: description.timing,
  };
}

type ChosenFormats = Pick<NegotiatedAudio, "codec" | "telephoneEventPayloadType" | "ptimeMs">;

/** Codecs named in a refusal. */
const MOST_NAMED = 20;
/** RFC 6464 §5 */
export const AUDIO_LEVEL_EXTENSION = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
/** draft-holmer-rmcat-transport-wide-cc-extensions-01 §2 */
export const TRANSPORT_NUMBER_EXTENSION = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
/** The form of a header extension with one byte of head has no more numbers. RFC 8285 §4.2 */
const MOST_EXTENSION_NUMBER = 14;
/** RFC 8839 §5.4 */
const UFRAG = /^[A-Za-z0-9+/]{4,256}$/;
/** Hashes by which a certificate can be known here. RFC 8122 §5 */
const FINGERPRINT =
  /^(?:sha-256 (?:[0-9A-F]{2}:){31}|sha-384 (?:[0-9A-F]{2}:){47}|sha-512 (?:[0-9A-F]{2}:){63})[0-9A-F]{2}$/;
const SECURE_PROTOCOL = /^(?:UDP\/TLS\/)?RTP\/SAVPF$/i;

function isUsableAudio(section: MediaSection): boolean {
  return section.type === "audio" && SECURE_PROTOCOL.test(section.protocol) && isOpen(section);
}

function isOpen({ port, isBundleOnly }: MediaSection): boolean {
  return port !== 0 || isBundleOnly;
}

function obstacleOf({ iceUfrag, fingerprint, setup, isMultiplexed }: MediaSection): string | undefined {
  if (iceUfrag === undefined || !UFRAG.test(iceUfrag)) return "has no a=ice-ufrag of 4 to 256 letters, digits, + and /";
  if (fingerprint === undefined || !FINGERPRINT.test(fingerprint))
    return "has no a=fingerprint with sha-256, sha-384 or sha-512";
  // This end waits for the handshake. RFC 5763 §5
  if (setup !== undefined && setup !== "actpass" && setup !== "active")
    return `has a=setup:${setup}; actpass or active is answered`;
  if (!isMultiplexed) return "has no a=rtcp-mux, and there is one port for RTP and RTCP here";
  return undefined;
}

function negotiated(section: MediaSection, formats: ChosenFormats): NegotiatedAudio {
  const { direction, transportFeedback } = section;
  const level = extensionOf(section, AUDIO_LEVEL_EXTENSION);
  const isFedBack = transportFeedback.has("*") || transportFeedback.has(String(formats.codec.payloadType));
  const numbers = isFedBack ? extensionOf(section, TRANSPORT_NUMBER_EXTENSION) : undefined;
  return {
    ...{ remoteAddress: "", remotePort: 0, remoteRtcpAddress: "", remoteRtcpPort: 0, isMultiplexed: true },
    ...formats,
    telephoneEventPayloadType: undefined,
    ...(level === undefined ? {} : { audioLevelExtension: level }),
    ...(numbers === undefined ? {} : { transportFeedbackExtension: numbers }),
    direction: mirroredDirection[direction],
  };
}

function extensionOf({ extensions }: MediaSection, name: string): number | undefined {
  const number = extensions.get(name) ?? 0;
  return number > 0 && number <= MOST_EXTENSION_NUMBER ? number : undefined;
}

function audioSection({ mid, protocol, mappings }: MediaSection, { codec }: ChosenFormats): BrowserSection {
  // Those with a static number need no mapping. RFC 3551 §6
  const mapping = mappings.get(codec.payloadType) ?? { name: codec.name, clockRateHz: 8000, channels: 1 };
  return { type: "audio", mid, protocol, mapping };
}

function otherSection(section: MediaSection, bundle: readonly string[]): BrowserSection {
  const { type: media, mid, protocol, formats, mappings } = section;
  const payloadType = formats.map(Number).find((format) => mappings.has(format)) ?? 0;
  const mapping = mappings.get(payloadType);
  const isPart = mid !== undefined && bundle.includes(mid) && isOpen(section) && SECURE_PROTOCOL.test(protocol);
  if (!isPart || mapping === undefined) return { type: "refused", media: media || "audio", protocol, formats };
  return { type: "inactive", media, mid, protocol, payloadType, mapping };
}
