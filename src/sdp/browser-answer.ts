import { isIPv6 } from "node:net";
import { write } from "sdp-transform";
import { AUDIO_LEVEL_EXTENSION, TRANSPORT_NUMBER_EXTENSION, type BrowserOffer } from "./browser-offer.ts";
import { codecForms, opusParameters } from "./codec-forms.ts";
import type {
  AudioCodec,
  BrowserNearEnd,
  BrowserSection,
  MediaDirection,
  NegotiatedAudio,
  PayloadMapping,
} from "./types.ts";

/** What a browser is told of our end. */
export interface BrowserAnswerSetting extends BrowserNearEnd {
  /** The name of the source and the stream of what we send. */
  readonly cname: string;
  /** Numeric `o=` session id and version. Increase the version with each new answer. */
  readonly sessionId: string;
  readonly sessionVersion: number;
}

/** The answer to an offer: our end is ICE-lite with one candidate and waits for the handshake; one audio stream, and all others of the bundle inactive
 * on the same port. A renegotiation is answered with the same setting but for the version. RFC 8829 §5.3, RFC 8839 §4.2, RFC 5763 §5, RFC 9143 §7.3 */
export function answerBrowserOffer({ audio, sections, timing }: BrowserOffer, local: BrowserAnswerSetting): string {
  const print = (mapping: PayloadMapping, events: PayloadMapping | undefined) =>
    audioOf(answeredFormats(audio, mapping, events, local), { ...audio, ...extensionsOf(audio) }, local);
  return describe({ sections, timing, setup: "passive" }, print, local);
}

/** An offer to a browser, which is answered as one of its own would be: all codecs, and telephone-events for each clock among them. A later one repeats
 * the sections of those before. RFC 8829 §5.2, RFC 8842 §5.2 */
export function offerToBrowser(
  codecs: readonly AudioCodec["name"][],
  {
    direction,
    sections = [firstSection],
  }: { readonly direction: MediaDirection; readonly sections?: readonly BrowserSection[] | undefined },
  local: BrowserAnswerSetting,
): string {
  const print = () => audioOf(offeredFormats(codecs, local), { direction }, local);
  return describe({ sections, timing: { start: 0, stop: 0 }, setup: "actpass" }, print, local);
}

const firstSection: BrowserSection = {
  ...{ type: "audio", mid: "0", protocol: "UDP/TLS/RTP/SAVPF" },
  mapping: { name: "opus", clockRateHz: 48_000, channels: 2 },
};

type PrintAudio = (
  mapping: PayloadMapping,
  events: PayloadMapping | undefined,
) => Omit<Written, "protocol" | "connection">;

function describe(
  { sections, timing, setup }: Pick<BrowserOffer, "sections" | "timing"> & { readonly setup: string },
  print: PrintAudio,
  local: BrowserAnswerSetting,
): string {
  const version = isIPv6(local.address) ? 6 : 4;
  const mids = sections.flatMap((section) => ("mid" in section && section.mid !== undefined ? [section.mid] : []));
  return write({
    version: 0,
    origin: {
      username: "-",
      sessionId: local.sessionId,
      sessionVersion: local.sessionVersion,
      netType: "IN",
      ipVer: version,
      address: local.address,
    },
    name: "-",
    timing,
    icelite: "ice-lite",
    groups: mids.length === 0 ? [] : [{ type: "BUNDLE", mids: mids.join(" ") }],
    msidSemantic: { semantic: "WMS", token: "*" },
    media: sections.map((section) => printedSection(section, setup, print, local)),
  });
}

type Written = Parameters<typeof write>[0]["media"][number];

/** Both names of what we send: an audio track without a stream is no track to some clients. RFC 8830 §2 */
const STREAM = { id: "offhook", appdata: "audio" };
/** Highest of a host candidate with one component. RFC 8445 §5.1.2.1 */
const CANDIDATE_PRIORITY = 2_130_706_431;

function printedSection(
  section: BrowserSection,
  setup: string,
  print: PrintAudio,
  local: BrowserAnswerSetting,
): Written {
  if (section.type === "refused") {
    const payloads = section.formats.join(" ") || "0";
    return { type: section.media, port: 0, protocol: section.protocol, payloads, rtp: [], fmtp: [] };
  }
  const common = {
    protocol: section.protocol,
    connection: { version: isIPv6(local.address) ? 6 : 4, ip: local.address },
    ...(section.mid === undefined ? {} : { mid: section.mid }),
    iceUfrag: local.iceUfrag,
    icePwd: local.icePassword,
    fingerprint: fingerprintOf(local.fingerprint),
    setup,
    rtcpMux: "rtcp-mux" as const,
  };
  if (section.type === "audio") return { ...common, ...print(section.mapping, section.events) };
  const { payloadType, mapping, media } = section;
  return { ...common, type: media, port: 9, ...payloadOf(payloadType, mapping), direction: "inactive" };
}

type Formats = Pick<Written, "rtp" | "fmtp"> & { readonly payloads: string };

function audioOf(
  formats: Formats,
  { direction, ...more }: { readonly direction: MediaDirection } & Pick<Written, "ext" | "rtcpFb">,
  local: BrowserAnswerSetting,
) {
  const candidate = {
    ...{ foundation: "1", component: 1, transport: "udp", priority: CANDIDATE_PRIORITY },
    ...{ ip: local.address, port: local.port, type: "host" },
  };
  return {
    type: "audio",
    port: local.port,
    ...formats,
    ...(more.ext === undefined ? {} : { ext: more.ext }),
    ...(more.rtcpFb === undefined ? {} : { rtcpFb: more.rtcpFb }),
    direction,
    candidates: [candidate],
    endOfCandidates: "end-of-candidates" as const,
    msid: [STREAM],
    ssrcs: [{ id: local.ssrc, attribute: "cname", value: local.cname }],
  };
}

/** The codec that is taken, and the telephone-events beside it. */
function answeredFormats(
  { codec, telephoneEventPayloadType: event }: NegotiatedAudio,
  mapping: PayloadMapping,
  events: PayloadMapping | undefined,
  local: BrowserAnswerSetting,
): Formats {
  const { payloads, rtp } = payloadOf(codec.payloadType, mapping);
  const parameters = parametersOf(codec, local);
  if (event === undefined || events === undefined) return { payloads, rtp, fmtp: parameters };
  return {
    payloads: `${payloads} ${event}`,
    rtp: [...rtp, ...payloadOf(event, events).rtp],
    fmtp: [...parameters, { payload: event, config: DIGITS }],
  };
}

/** All that we take, with numbers that browsers have for them too. */
function offeredFormats(names: readonly AudioCodec["name"][], local: BrowserAnswerSetting): Formats {
  const codecs = names.map((name) => ({ name, payloadType: codecForms[name].payloadType }));
  const rates = new Set(names.map((name) => codecForms[name].clockRateHz));
  const events = Object.entries(OFFERED_EVENTS).filter(([rate]) => rates.has(Number(rate)));
  const rtp = [
    ...codecs.flatMap(({ name, payloadType }) => {
      const { clockRateHz, channels } = codecForms[name];
      return payloadOf(payloadType, { name, clockRateHz, channels }).rtp;
    }),
    ...events.map(([rate, payload]) => ({ payload, codec: "telephone-event", rate: Number(rate) })),
  ];
  return {
    payloads: rtp.map(({ payload }) => payload).join(" "),
    rtp,
    fmtp: [
      ...codecs.flatMap((codec) => parametersOf(codec, local)),
      ...events.map(([, payload]) => ({ payload, config: DIGITS })),
    ],
  };
}

/** Payload types of telephone-events by their clock. */
const OFFERED_EVENTS: Readonly<Record<number, number>> = { 8000: 101, 48_000: 110 };
/** The digits, * # and A-D. RFC 4733 §3.2 */
const DIGITS = "0-15";

function parametersOf({ name, payloadType }: AudioCodec, local: BrowserAnswerSetting): Formats["fmtp"] {
  const config = name === "opus" ? opusParameters(local.playbackRateHz) : codecForms[name].parameters;
  return config === undefined ? [] : [{ payload: payloadType, config }];
}

/** What is said in headers, and that we tell when packets arrive. */
function extensionsOf({ codec, audioLevelExtension, transportFeedbackExtension }: NegotiatedAudio) {
  const ext = [
    { value: audioLevelExtension, uri: AUDIO_LEVEL_EXTENSION },
    { value: transportFeedbackExtension, uri: TRANSPORT_NUMBER_EXTENSION },
  ].flatMap(({ value, uri }) => (value === undefined ? [] : [{ value, uri }]));
  const feedback = [{ payload: codec.payloadType, type: "transport-cc" }];
  return { ext, ...(transportFeedbackExtension === undefined ? {} : { rtcpFb: feedback }) };
}

function payloadOf(payload: number, { name, clockRateHz, channels }: PayloadMapping): Formats {
  const rate = clockRateHz === undefined ? {} : { rate: clockRateHz };
  const encoding = channels === 1 ? {} : { encoding: channels };
  return { payloads: String(payload), rtp: [{ payload, codec: name, ...rate, ...encoding }], fmtp: [] };
}

function fingerprintOf(text: string): { readonly type: string; readonly hash: string } {
  const [type = "", hash = ""] = text.split(" ");
  return { type, hash };
}
