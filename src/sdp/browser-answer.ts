import { isIPv6 } from "node:net";
import { write } from "sdp-transform";
import {
  AUDIO_LEVEL_EXTENSION,
  TRANSPORT_NUMBER_EXTENSION,
  type BrowserOffer,
  type BrowserSection,
} from "./browser-offer.ts";
import { codecForms, opusParameters } from "./codec-forms.ts";
import type { PayloadMapping } from "./description.ts";
import type { NegotiatedAudio } from "./types.ts";

/** What a browser is told of our end. */
export interface BrowserAnswerSetting {
  readonly iceUfrag: string;
  readonly icePassword: string;
  /** Of our certificate, such as `sha-256 4A:AD:…`. */
  readonly fingerprint: string;
  /** The one candidate. */
  readonly address: string;
  readonly port: number;
  /** Of what we send, and the name of its source and its stream. */
  readonly ssrc: number;
  readonly cname: string;
  /** What is above half of it is not heard. */
  readonly playbackRateHz: number;
  /** Numeric `o=` session id and version. Increase the version with each new answer. */
  readonly sessionId: string;
  readonly sessionVersion: number;
}

/** The answer to an offer: our end is ICE-lite with one candidate and waits for the handshake; one audio stream, and all others of the bundle inactive
 * on the same port. A renegotiation is answered with the same setting but for the version. RFC 8829 §5.3, RFC 8839 §4.2, RFC 5763 §5, RFC 9143 §7.3 */
export function answerBrowserOffer(offer: BrowserOffer, local: BrowserAnswerSetting): string {
  const version = isIPv6(local.address) ? 6 : 4;
  const mids = offer.sections.flatMap((section) =>
    "mid" in section && section.mid !== undefined ? [section.mid] : [],
  );
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
    timing: offer.timing,
    icelite: "ice-lite",
    groups: mids.length === 0 ? [] : [{ type: "BUNDLE", mids: mids.join(" ") }],
    msidSemantic: { semantic: "WMS", token: "*" },
    media: offer.sections.map((section) => printedSection(section, offer, local)),
  });
}

type Written = Parameters<typeof write>[0]["media"][number];

/** Both names of what we send: an audio track without a stream is no track to some clients. RFC 8830 §2 */
const STREAM = { id: "offhook", appdata: "audio" };
/** Highest of a host candidate with one component. RFC 8445 §5.1.2.1 */
const CANDIDATE_PRIORITY = 2_130_706_431;

function printedSection(section: BrowserSection, offer: BrowserOffer, local: BrowserAnswerSetting): Written {
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
    setup: "passive",
    rtcpMux: "rtcp-mux" as const,
  };
  if (section.type === "audio") return { ...common, ...audioOf(offer, section.mapping, local) };
  const { payloadType, mapping, media } = section;
  return { ...common, type: media, port: 9, ...payloadOf(payloadType, mapping), direction: "inactive" };
}

function audioOf({ audio }: BrowserOffer, mapping: PayloadMapping, local: BrowserAnswerSetting) {
  const { codec, direction } = audio;
  const parameters = codec.name === "opus" ? opusParameters(local.playbackRateHz) : codecForms[codec.name].parameters;
  const candidate = {
    ...{ foundation: "1", component: 1, transport: "udp", priority: CANDIDATE_PRIORITY },
    ...{ ip: local.address, port: local.port, type: "host" },
  };
  return {
    type: "audio",
    port: local.port,
    ...payloadOf(codec.payloadType, mapping),
    fmtp: parameters === undefined ? [] : [{ payload: codec.payloadType, config: parameters }],
    ...extensionsOf(audio),
    direction,
    candidates: [candidate],
    endOfCandidates: "end-of-candidates" as const,
    msid: [STREAM],
    ssrcs: [{ id: local.ssrc, attribute: "cname", value: local.cname }],
  };
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

function payloadOf(
  payload: number,
  { name, clockRateHz, channels }: PayloadMapping,
): Pick<Written, "payloads" | "rtp" | "fmtp"> {
  const rate = clockRateHz === undefined ? {} : { rate: clockRateHz };
  const encoding = channels === 1 ? {} : { encoding: channels };
  return { payloads: String(payload), rtp: [{ payload, codec: name, ...rate, ...encoding }], fmtp: [] };
}

function fingerprintOf(text: string): { readonly type: string; readonly hash: string } {
  const [type = "", hash = ""] = text.split(" ");
  return { type, hash };
}
