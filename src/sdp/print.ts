import { isIPv6 } from "node:net";
import { write } from "sdp-transform";
import { codecForms } from "./codec-forms.ts";
import { printCryptoKey } from "./crypto-line.ts";
import type { AudioCodec, LocalAudio, MediaDirection } from "./types.ts";

/** One `m=` section to print: our audio, or a stream of the far end that is refused with port 0. */
export type PrintedSection =
  | {
      readonly type: "audio";
      readonly protocol: string;
      readonly codecs: readonly AudioCodec[];
      readonly telephoneEventPayloadType: number | undefined;
      readonly ptimeMs: number;
      readonly direction: MediaDirection;
      readonly isMultiplexed: boolean;
      /** RFC 4568 §9.1 */
      readonly crypto: readonly PrintedCrypto[];
    }
  | {
      readonly type: "refused";
      readonly media: string;
      readonly protocol: string;
      readonly formats: readonly string[];
    };

/** A crypto attribute to print. */
export interface PrintedCrypto {
  readonly tag: string;
  /** Of the suite. */
  readonly name: string;
  readonly key: Uint8Array;
}

/** Prints a whole description with CRLF line ends. RFC 8866 §5 */
export function printDescription(
  local: LocalAudio,
  sections: readonly PrintedSection[],
  timing: { readonly start: number; readonly stop: number } = { start: 0, stop: 0 },
): string {
  const { address, origin = address } = local;
  return write({
    version: 0,
    origin: {
      username: "-",
      sessionId: local.sessionId,
      sessionVersion: local.sessionVersion,
      netType: "IN",
      ipVer: familyOf(origin),
      address: origin,
    },
    name: "-",
    connection: { version: familyOf(address), ip: address },
    timing,
    media: sections.map((section) => printedMedia(section, local.port)),
  });
}

function familyOf(address: string): 4 | 6 {
  return isIPv6(address) ? 6 : 4;
}

type Written = Parameters<typeof write>[0]["media"][number];

function printedMedia(section: PrintedSection, port: number): Written {
  if (section.type === "refused") {
    // A refused stream keeps its formats, since at least one must be there (RFC 3264 §6).
    const payloads = section.formats.join(" ") || "0";
    return { type: section.media, port: 0, protocol: section.protocol, payloads, rtp: [], fmtp: [] };
  }
  const event = section.telephoneEventPayloadType;
  const codecs = section.codecs.map(({ name, payloadType }) => {
    const { clockRateHz, channels } = codecForms[name];
    const encoding = channels === 1 ? {} : { encoding: channels };
    return { payload: payloadType, codec: name as string, rate: clockRateHz, ...encoding };
  });
  const parameters = section.codecs.flatMap(({ name, payloadType }) => {
    const config = codecForms[name].parameters;
    return config === undefined ? [] : [{ payload: payloadType, config }];
  });
  const rtp = event === undefined ? codecs : [...codecs, { payload: event, codec: "telephone-event", rate: 8000 }];
  return {
    type: "audio",
    port,
    protocol: section.protocol,
    payloads: rtp.map((entry) => entry.payload).join(" "),
    rtp,
    fmtp: event === undefined ? parameters : [...parameters, { payload: event, config: "0-15" }],
    ptime: section.ptimeMs,
    direction: section.direction,
    ...(section.isMultiplexed ? { rtcpMux: "rtcp-mux" } : {}),
    ...(section.crypto.length === 0 ? {} : { crypto: section.crypto.map(printedCrypto) }),
  };
}

function printedCrypto({ tag, name, key }: PrintedCrypto) {
  return { id: Number(tag), suite: name, config: printCryptoKey(key) };
}
