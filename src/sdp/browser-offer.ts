import { chooseFormats, ourDirection, type ChosenFormats } from "./audio-choice.ts";
import { readDescription, type Description, type MediaSection } from "./description.ts";
import type {
  BrowserSection,
  CodecPreferences,
  LocalAudio,
  MediaDirection,
  NegotiatedAudio,
  Negotiation,
} from "./types.ts";

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

/** Why an offer cannot be answered, in one sentence. */
export interface BrowserOfferRefusal {
  readonly why: string;
}

/** Whether a description is one of a browser: its audio has keys by DTLS, and its way by ICE. RFC 8834, RFC 8827 §6.5 */
export function isOfBrowser({ media }: Description): boolean {
  return media.some(
    (section) => isUsableAudio(section) && section.fingerprint !== undefined && section.iceUfrag !== undefined,
  );
}

/** Reads a browser's offer. Never throws.
 * @param preferences which codecs are taken; by our order unless it says otherwise */
export function readBrowserOffer(text: string, preferences: CodecPreferences): BrowserOffer | BrowserOfferRefusal {
  const description = readDescription(text);
  const read = typeof description === "string" ? description : readBrowserDescription(description, preferences);
  if (typeof read === "string") return { why: read };
  if (!("type" in read)) {
    // In meetings keys mean nothing.
    const { telephoneEventClockHz: _clock, ...audio } = read.audio;
    return {
      ...read,
      audio: { ...audio, telephoneEventPayloadType: undefined },
      sections: read.sections.map(withoutEvents),
    };
  }
  if (read.type !== "no-common-codec") return { why: read.why };
  const offered = read.offered.slice(0, MOST_NAMED).join(", ") || "none";
  return { why: `no common codec; offered are ${offered}, spoken here ${preferences.codecs.join(", ")}` };
}

function withoutEvents(section: BrowserSection): BrowserSection {
  return section.type === "audio" ? { ...section, events: undefined } : section;
}

/** Reads what a browser describes, an offer or an answer, or says why its audio cannot be used.
 * @param isAnswer it has to have taken on the handshake */
export function readBrowserDescription(
  description: Description,
  preferences: CodecPreferences & Pick<LocalAudio, "direction">,
  isAnswer = false,
): BrowserOffer | Exclude<Negotiation<object>, { type: "agreed" }> {
  const unusable = (why: string) => ({ type: "no-audio", why, warningCode: 304 }) as const;
  const index = description.media.findIndex(isUsableAudio);
  const section = description.media[index];
  if (section === undefined) return unusable("the offer has no audio stream over UDP/TLS/RTP/SAVPF");
  const obstacle = obstacleOf(section, isAnswer);
  if (obstacle !== undefined) return unusable(`the audio stream ${obstacle}`);
  const formats = chooseFormats(section, { order: "ours", ...preferences }, true);
  if (!("codec" in formats)) return { type: "no-common-codec", offered: formats.offered };
  const { iceUfrag = "", fingerprint = "" } = section;
  return {
    audio: negotiated(section, formats, preferences.direction ?? "sendrecv"),
    iceUfrag,
    fingerprint,
    sections: description.media.map((one, at) =>
      at === index ? audioSection(one, formats) : otherSection(one, description.bundle),
    ),
    timing: description.timing,
  };
}

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

function obstacleOf(
  { iceUfrag, fingerprint, setup, isMultiplexed }: MediaSection,
  isAnswer: boolean,
): string | undefined {
  if (iceUfrag === undefined || !UFRAG.test(iceUfrag)) return "has no a=ice-ufrag of 4 to 256 letters, digits, + and /";
  if (fingerprint === undefined || !FINGERPRINT.test(fingerprint))
    return "has no a=fingerprint with sha-256, sha-384 or sha-512";
  // This end waits for the handshake. RFC 5763 §5
  if (isAnswer && setup !== "active") return `has a=setup:${setup ?? "?"}; active is needed, since this end waits`;
  if (setup !== undefined && setup !== "actpass" && setup !== "active")
    return `has a=setup:${setup}; actpass or active is answered`;
  if (!isMultiplexed) return "has no a=rtcp-mux, and there is one port for RTP and RTCP here";
  return undefined;
}

function negotiated(section: MediaSection, formats: ChosenFormats, ready: MediaDirection): NegotiatedAudio {
  const { transportFeedback } = section;
  const level = extensionOf(section, AUDIO_LEVEL_EXTENSION);
  const isFedBack = transportFeedback.has("*") || transportFeedback.has(String(formats.codec.payloadType));
  const numbers = isFedBack ? extensionOf(section, TRANSPORT_NUMBER_EXTENSION) : undefined;
  return {
    ...{ remoteAddress: "", remotePort: 0, remoteRtcpAddress: "", remoteRtcpPort: 0, isMultiplexed: true },
    ...formats,
    ...(level === undefined ? {} : { audioLevelExtension: level }),
    ...(numbers === undefined ? {} : { transportFeedbackExtension: numbers }),
    direction: ourDirection(section, "", ready),
  };
}

function extensionOf({ extensions }: MediaSection, name: string): number | undefined {
  const number = extensions.get(name) ?? 0;
  return number > 0 && number <= MOST_EXTENSION_NUMBER ? number : undefined;
}

function audioSection(
  { mid, protocol, mappings }: MediaSection,
  { codec, telephoneEventPayloadType: events }: ChosenFormats,
): BrowserSection {
  // Those with a static number need no mapping. RFC 3551 §6
  const mapping = mappings.get(codec.payloadType) ?? { name: codec.name, clockRateHz: 8000, channels: 1 };
  return { type: "audio", mid, protocol, mapping, events: events === undefined ? undefined : mappings.get(events) };
}

function otherSection(section: MediaSection, bundle: readonly string[]): BrowserSection {
  const { type: media, mid, protocol, formats, mappings } = section;
  const payloadType = formats.map(Number).find((format) => mappings.has(format)) ?? 0;
  const mapping = mappings.get(payloadType);
  const isPart = mid !== undefined && bundle.includes(mid) && isOpen(section) && SECURE_PROTOCOL.test(protocol);
  if (!isPart || mapping === undefined) return { type: "refused", media: media || "audio", protocol, formats };
  return { type: "inactive", media, mid, protocol, payloadType, mapping };
}
