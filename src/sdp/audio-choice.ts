import { isIP } from "node:net";
import { isUnspecified, type MediaSection } from "./description.ts";
import { chooseCrypto, type ChosenCrypto } from "./choose-crypto.ts";
import { codecForms } from "./codec-forms.ts";
import type { AudioCodec, CodecPreferences, LocalAudio, MediaDirection, NegotiatedAudio } from "./types.ts";

/** The result for one `m=` section: what was agreed, or why it cannot be used. */
export type SectionChoice =
  | { readonly type: "agreed"; readonly audio: NegotiatedAudio; readonly crypto: ChosenCrypto }
  | { readonly type: "no-common-codec"; readonly offered: readonly string[] }
  | { readonly type: "not-encrypted"; readonly why: string }
  | ({ readonly type: "unusable" } & Obstacle);

/** What of our end decides which stream and codec are taken. */
export type ChoosingEnd = CodecPreferences & Pick<LocalAudio, "address" | "isMultiplexed" | "srtp" | "direction">;

/** Why a stream cannot be used, with the code of the warning that says so. RFC 3261 §20.43 */
interface Obstacle {
  readonly why: string;
  readonly warningCode: number;
}

/** Static payload types that still turn up without `a=rtpmap`. RFC 3551 §6 */
const STATIC_NAMES: Readonly<Record<number, string>> = {
  0: "PCMU",
  3: "GSM",
  4: "G723",
  5: "DVI4",
  7: "LPC",
  8: "PCMA",
  9: "G722",
  10: "L16",
  11: "L16",
  12: "QCELP",
  13: "CN",
  15: "G728",
  18: "G729",
};

/** The direction seen from the other end. RFC 3264 §6.1 */
export const mirroredDirection: Readonly<Record<MediaDirection, MediaDirection>> = {
  sendrecv: "sendrecv",
  sendonly: "recvonly",
  recvonly: "sendonly",
  inactive: "inactive",
};

/** Decides whether one section can carry our audio. One of its formats is taken, with the section's own payload numbers (RFC 3264 §6.1, §7);
 * telephone-event only with the 8,000 Hz clock (RFC 4733 §2.1).
 * @param canShare one port may be for RTP and RTCP */
export function chooseAudio(
  section: MediaSection,
  local: ChoosingEnd,
  canShare = local.isMultiplexed !== false,
): SectionChoice {
  const obstacle = obstacleOf(section, local);
  if (obstacle !== undefined) return { type: "unusable", ...obstacle };
  const crypto = chooseCrypto(section, local.srtp ?? "never");
  if (crypto.type === "none") return { type: "unusable", why: crypto.why, warningCode: 306 };
  if (crypto.type === "not-encrypted") return crypto;
  const formats = chooseFormats(section, local);
  if (!("codec" in formats)) return { type: "no-common-codec", offered: formats.offered };
  const address = section.address ?? "";
  return {
    type: "agreed",
    crypto,
    audio: {
      remoteAddress: address,
      remotePort: section.port,
      direction: ourDirection(section, address, local.direction ?? "sendrecv"),
      ...reportsOf(section, address, canShare),
      ...formats,
    },
  };
}

/** What is agreed of formats. */
export type ChosenFormats = Pick<
  NegotiatedAudio,
  "codec" | "telephoneEventPayloadType" | "telephoneEventClockHz" | "ptimeMs"
>;

/** What is taken of the formats of a section, or their names when none of them is ours.
 * @param isBrowser telephone-events with the clock of the codec come first, as browsers send them */
export function chooseFormats(
  section: MediaSection,
  preferences: CodecPreferences,
  isBrowser = false,
): ChosenFormats | { readonly offered: readonly string[] } {
  const formats = section.formats
    .map((format) => payloadOf(section, format))
    .filter((payload) => payload !== undefined);
  const codec = chooseCodec(formats, preferences);
  if (codec === undefined) return { offered: formats.map((format) => format.name) };
  const eventAt = (clockRateHz: number) =>
    formats.find((format) => format.name.toLowerCase() === "telephone-event" && format.clockRateHz === clockRateHz);
  const wide = isBrowser && codec.name === "opus" ? eventAt(48_000) : undefined;
  return {
    codec,
    telephoneEventPayloadType: (wide ?? eventAt(8000))?.payloadType,
    ...(wide === undefined ? {} : { telephoneEventClockHz: 48_000 }),
    ptimeMs: packetTimeMs(section, codec),
  };
}

/** @param canShare one port may be for both */
function reportsOf(
  { port, rtcpAddress, rtcpPort, isMultiplexed }: MediaSection,
  address: string,
  canShare: boolean,
): Pick<NegotiatedAudio, "remoteRtcpAddress" | "remoteRtcpPort" | "isMultiplexed"> {
  if (isMultiplexed && canShare) return { remoteRtcpAddress: address, remoteRtcpPort: port, isMultiplexed };
  return {
    remoteRtcpAddress: isIP(rtcpAddress ?? "") === isIP(address) ? (rtcpAddress ?? address) : address,
    remoteRtcpPort: rtcpPort || Math.min(port + 1, 65_535),
  };
}

const clearProtocol = /^RTP\/AVPF?$/i;
const anyProtocol = /^RTP\/S?AVPF?$/i;

function obstacleOf(
  { type, port, protocol, address }: MediaSection,
  { address: own, srtp = "never" }: ChoosingEnd,
): Obstacle | undefined {
  if (type !== "audio") return { warningCode: 304, why: `the stream is ${type || "unreadable"}, not audio` };
  if (port === 0) return { warningCode: 304, why: "the audio stream is refused (port 0)" };
  if (!(srtp === "never" ? clearProtocol : anyProtocol).test(protocol)) {
    const spoken = srtp === "never" ? "RTP/AVP or RTP/AVPF" : "RTP/AVP, RTP/AVPF, RTP/SAVP or RTP/SAVPF";
    const why = `the audio stream wants ${protocol || "no protocol"}; ${spoken} is spoken here`;
    return { warningCode: 302, why };
  }
  if (address === undefined) return { warningCode: 301, why: "the audio stream has no address (no c= line)" };
  const family = isIP(address);
  if (family === 0) return { warningCode: 301, why: `the audio stream's address ${address} is not an IP address` };
  if (isMulticast(address)) {
    return { warningCode: 330, why: `the audio stream's address ${address} is multicast` };
  }
  if (isUnspecified(address) || family === (isIP(own) || 4)) return undefined;
  const [theirs, ours] = family === 6 ? ["IPv6", "IPv4"] : ["IPv4", "IPv6"];
  const why = `the audio stream's address ${address} is ${theirs}, and audio goes over ${ours} here`;
  return { warningCode: 301, why };
}

interface Payload {
  readonly payloadType: number;
  readonly name: string;
  readonly clockRateHz: number | undefined;
  readonly channels: number;
}

const payloadNumber = /^\d{1,3}$/;

function payloadOf(section: MediaSection, format: string): Payload | undefined {
  const payloadType = payloadNumber.test(format) ? Number(format) : 128;
  if (payloadType > 127) return undefined;
  const mapping = section.mappings.get(payloadType);
  if (mapping !== undefined) {
    return { payloadType, name: mapping.name, clockRateHz: mapping.clockRateHz, channels: mapping.channels };
  }
  const name = STATIC_NAMES[payloadType] ?? `payload ${payloadType}`;
  return { payloadType, name, clockRateHz: undefined, channels: 1 };
}

/** The first of the section that we have, or by our order; else one that is better than none. */
function chooseCodec(
  formats: readonly Payload[],
  { codecs, order = "theirs", lastResort = [] }: CodecPreferences,
): AudioCodec | undefined {
  const common = order === "ours" ? firstOfOurs(formats, codecs) : firstCodec(formats, codecs);
  return common ?? firstCodec(formats, lastResort);
}

function firstOfOurs(formats: readonly Payload[], codecs: readonly AudioCodec["name"][]): AudioCodec | undefined {
  for (const name of codecs) {
    const codec = firstCodec(formats, [name]);
    if (codec !== undefined) return codec;
  }
  return undefined;
}

function firstCodec(formats: readonly Payload[], codecs: readonly AudioCodec["name"][]): AudioCodec | undefined {
  for (const format of formats) {
    const codec = codecOf(format, codecs);
    if (codec !== undefined) return codec;
  }
  return undefined;
}

function codecOf(payload: Payload, codecs: readonly AudioCodec["name"][]): AudioCodec | undefined {
  const written = payload.name.toUpperCase();
  const name = codecs.find((codec) => codec.toUpperCase() === written);
  if (name === undefined) return undefined;
  const { clockRateHz, channels } = codecForms[name];
  const fits = (payload.clockRateHz ?? 8000) === clockRateHz && payload.channels === channels;
  return fits ? { name, payloadType: payload.payloadType } : undefined;
}

function packetTimeMs(section: MediaSection, { name }: AudioCodec): number {
  const wanted = section.ptimeMs ?? 20;
  const usable = wanted >= 10 && wanted <= 60 && wanted % 10 === 0 ? wanted : 20;
  const limitMs = section.maxPtimeMs ?? 60;
  const packetMs = limitMs >= 10 && limitMs < usable ? limitMs - (limitMs % 10) : usable;
  // Opus has no frames of these lengths. RFC 6716 §2.1.4
  return name === "opus" && (packetMs === 30 || packetMs === 50) ? packetMs - 10 : packetMs;
}

/** Our direction: the mirror of theirs, within what our end is ready for, and never sending to the unspecified address. RFC 3264 §6.1 */
export function ourDirection(
  section: Pick<MediaSection, "direction">,
  address: string,
  ready: MediaDirection,
): MediaDirection {
  const both = [mirroredDirection[section.direction], ready];
  const sends = !isUnspecified(address) && both.every((one) => one === "sendrecv" || one === "sendonly");
  const hears = both.every((one) => one === "sendrecv" || one === "recvonly");
  if (sends) return hears ? "sendrecv" : "sendonly";
  return hears ? "recvonly" : "inactive";
}

function isMulticast(address: string): boolean {
  if (isIP(address) === 6) return address.toLowerCase().startsWith("ff");
  const first = Number(address.split(".")[0]);
  return first >= 224 && first <= 239;
}
