import { isIP } from "node:net";
import { parse } from "sdp-transform";
import type { MediaDirection, PayloadMapping } from "./types.ts";

/** One `m=` section, reduced to what offer and answer need. */
export interface MediaSection {
  readonly type: string;
  /** 0 when refused or unreadable. */
  readonly port: number;
  readonly protocol: string;
  /** Formats as written, in order. */
  readonly formats: readonly string[];
  /** `a=rtpmap` by payload type. */
  readonly mappings: ReadonlyMap<number, PayloadMapping>;
  /** Address of `c=`, without a multicast suffix; undefined when there is none. */
  readonly address: string | undefined;
  /** Direction as the far end wrote it; sendrecv when it wrote none. */
  readonly direction: MediaDirection;
  readonly ptimeMs: number | undefined;
  readonly maxPtimeMs: number | undefined;
  readonly rtcpPort: number | undefined;
  readonly rtcpAddress: string | undefined;
  /** `a=rtcp-mux`: RTCP comes and goes by the port of RTP. RFC 5761 §5.1.1 */
  readonly isMultiplexed: boolean;
  /** The values of `a=crypto`, in order. RFC 4568 §9.1 */
  readonly crypto: readonly string[];
  /** `a=mid`. RFC 5888 §4 */
  readonly mid: string | undefined;
  /** Port 0 does not refuse the stream: its packets go by the port of the bundle. RFC 9143 §6 */
  readonly isBundleOnly: boolean;
  /** How the far end is found and proves who it is, of the section or else of the whole description. RFC 8839 §5.4, RFC 8122 §5, RFC 8842 §5.1 */
  readonly iceUfrag: string | undefined;
  readonly fingerprint: string | undefined;
  readonly setup: string | undefined;
  /** `a=extmap`: numbers of header extensions by name. RFC 8285 §8 */
  readonly extensions: ReadonlyMap<string, number>;
  /** Payload types, or `*`, for which `a=rtcp-fb` asks for feedback about the whole transport. */
  readonly transportFeedback: ReadonlySet<string>;
}

/** A whole description, read leniently. */
export interface Description {
  readonly timing: { readonly start: number; readonly stop: number };
  readonly media: readonly MediaSection[];
  /** `a=mid` of the sections that may share one port. RFC 9143 §7 */
  readonly bundle: readonly string[];
}

type Parsed = ReturnType<typeof parse>;

const MAX_DESCRIPTION_LENGTH = 65_536;
const MAX_LINES = 2_000;
const MAX_LINE_LENGTH = 2_048;
const MAX_STREAMS = 64;
/** The only lines that are parsed. Others are not passed to the grammar library, because some of its patterns are slow. */
const READ_LINES =
  /^(?:[vtcm]=|a=(?:rtpmap|ptime|maxptime|rtcp|group|mid|ice-ufrag|fingerprint|setup|extmap|rtcp-fb):|a=(?:sendrecv|sendonly|recvonly|inactive|rtcp-mux|bundle-only)$)/;
const DIRECTIONS: readonly string[] = ["sendrecv", "sendonly", "recvonly", "inactive"];

/** Reads a session description. Never throws.
 * @returns the description, or one sentence on why it cannot be read. RFC 8866 §5 */
export function readDescription(text: string): Description | string {
  const trimmed = text.trimStart();
  if (trimmed === "") return "the session description is empty";
  if (trimmed.length > MAX_DESCRIPTION_LENGTH)
    return `the session description is longer than ${MAX_DESCRIPTION_LENGTH}`;
  if (!/^v=0\s*(\r\n|\r|\n)/.test(trimmed)) return "the session description does not begin with v=0";
  const lines = trimmed.split(/\r\n|\r|\n/);
  const excess = findExcess(lines);
  if (excess !== undefined) return `the session description has ${excess}`;
  try {
    return describe(
      lines.filter((line) => READ_LINES.test(line)),
      cryptoOfSections(lines),
    );
  } catch (error) {
    return `the session description cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function findExcess(lines: readonly string[]): string | undefined {
  if (lines.length > MAX_LINES) return `more than ${MAX_LINES} lines`;
  if (lines.some((line) => line.length > MAX_LINE_LENGTH)) return `a line longer than ${MAX_LINE_LENGTH}`;
  const streams = lines.filter((line) => line.startsWith("m=")).length;
  return streams > MAX_STREAMS ? `more than ${MAX_STREAMS} media streams` : undefined;
}

const cryptoLine = /^a=crypto:/i;

/** The values of `a=crypto` of each section. The grammar library would drop what they have beyond one parameter. */
function cryptoOfSections(lines: readonly string[]): readonly (readonly string[])[] {
  const sections: string[][] = [];
  for (const line of lines) {
    if (line.startsWith("m=")) sections.push([]);
    else if (cryptoLine.test(line)) sections.at(-1)?.push(line.slice("a=crypto:".length));
  }
  return sections;
}

function describe(lines: readonly string[], crypto: readonly (readonly string[])[]): Description {
  const session = parse(lines.join("\r\n"));
  // The grammar library drops an m= line it cannot match (a port count, a hyphen), so these lines are read here.
  const media = lines.filter((line) => line.startsWith("m="));
  const timing = session.timing;
  return {
    timing: { start: count(timing?.start) ?? 0, stop: count(timing?.stop) ?? 0 },
    media: session.media.map((stream, index) => section(session, stream, media[index] ?? "m=", crypto[index] ?? [])),
    bundle: (session.groups ?? []).filter(({ type }) => type === "BUNDLE").flatMap(({ mids }) => `${mids}`.split(" ")),
  };
}

function section(
  session: Parsed,
  media: Parsed["media"][number],
  line: string,
  crypto: readonly string[],
): MediaSection {
  const [type = "", port = "", protocol = "", ...formats] = line.slice(2).trim().split(/\s+/);
  const extensions = media.ext ?? session.ext;
  return {
    type: type.toLowerCase(),
    port: portNumber(port.split("/")[0]) ?? 0,
    protocol,
    formats,
    mappings: mappingsOf(media),
    address: addressOf(media.connection?.ip ?? session.connection?.ip),
    direction: directionOf(media.direction ?? session.direction),
    ptimeMs: count(media.ptime),
    maxPtimeMs: count(media.maxptime),
    rtcpPort: portNumber(media.rtcp?.port),
    rtcpAddress: addressOf(media.rtcp?.address),
    isMultiplexed: media.rtcpMux !== undefined,
    crypto,
    mid: textOf(media.mid),
    isBundleOnly: media.bundleOnly !== undefined,
    iceUfrag: textOf(media.iceUfrag ?? session.iceUfrag),
    fingerprint: fingerprintOf(media.fingerprint ?? session.fingerprint),
    setup: textOf(media.setup ?? session.setup),
    transportFeedback: media.rtcpFb === undefined ? noFeedback : feedbackOf(media.rtcpFb),
    extensions: extensions === undefined ? noExtensions : new Map(extensions.map(({ uri, value }) => [uri, value])),
  };
}

function fingerprintOf(fingerprint: Parsed["fingerprint"]): string | undefined {
  const { type, hash } = fingerprint ?? {};
  return type === undefined || hash === undefined ? undefined : `${type.toLowerCase()} ${hash.toUpperCase()}`;
}

/** Telephones have neither. */
const noFeedback: ReadonlySet<string> = new Set();
const noExtensions: ReadonlyMap<string, number> = new Map();

function feedbackOf(asked: NonNullable<Parsed["media"][number]["rtcpFb"]>): ReadonlySet<string> {
  return new Set(asked.filter(({ type }) => type === "transport-cc").map(({ payload }) => String(payload)));
}

/** The grammar library turns text that looks like a number into a number. */
function textOf(value: string | number | undefined): string | undefined {
  return value === undefined || value === "" ? undefined : String(value);
}

function mappingsOf(media: Parsed["media"][number]): Map<number, PayloadMapping> {
  const mappings = new Map<number, PayloadMapping>();
  for (const { payload, codec, rate, encoding } of media.rtp) {
    const payloadType = count(payload);
    if (payloadType === undefined || payloadType > 127 || mappings.has(payloadType)) continue;
    mappings.set(payloadType, {
      name: String(codec),
      clockRateHz: count(rate),
      channels: encoding === undefined ? 1 : (count(encoding) ?? 0),
    });
  }
  return mappings;
}

function directionOf(value: string | undefined): MediaDirection {
  return DIRECTIONS.includes(value ?? "") ? (value as MediaDirection) : "sendrecv";
}

function addressOf(value: string | number | undefined): string | undefined {
  return textOf(textOf(value)?.split("/")[0]);
}

function portNumber(value: unknown): number | undefined {
  const port = count(value);
  return port !== undefined && port <= 65_535 ? port : undefined;
}

function count(value: unknown): number | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

/** Whether `address` is the unspecified address (0.0.0.0 or ::), the old way to put a call on hold. RFC 3264 §8.4 */
export function isUnspecified(address: string): boolean {
  return isIP(address) !== 0 && /^[0:.]+$/.test(address);
}
