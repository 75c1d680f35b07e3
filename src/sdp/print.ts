import { isIP } from "node:net";
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
  const { address, origin = address, sessionId, sessionVersion, port } = local;
  let text = `v=0\r\no=- ${sessionId} ${sessionVersion} IN ${printAddress(origin)}\r\ns=-\r\n`;
  text += `c=IN ${printAddress(address)}\r\nt=${timing.start} ${timing.stop}\r\n`;
  for (const section of sections)
    text += section.type === "refused" ? printRefused(section) : printAudio(section, port);
  return text;
}

function printAddress(address: string): string {
  return `${isIP(address) === 6 ? "IP6" : "IP4"} ${address}`;
}

/** A refused stream keeps its formats, since at least one must be there. RFC 3264 §6 */
function printRefused({ media, protocol, formats }: Extract<PrintedSection, { type: "refused" }>): string {
  return `m=${media} 0 ${protocol} ${formats.join(" ") || "0"}\r\n`;
}

function printAudio(section: Extract<PrintedSection, { type: "audio" }>, port: number): string {
  const { protocol, codecs, telephoneEventPayloadType: event, ptimeMs, direction, isMultiplexed, crypto } = section;
  let formats = "";
  let mappings = "";
  let parameters = "";
  for (const { name, payloadType } of codecs) {
    const { clockRateHz, channels, parameters: own } = codecForms[name];
    formats += ` ${payloadType}`;
    mappings += `a=rtpmap:${payloadType} ${name}/${clockRateHz}${channels === 1 ? "" : `/${channels}`}\r\n`;
    if (own !== undefined) parameters += `a=fmtp:${payloadType} ${own}\r\n`;
  }
  if (event !== undefined) {
    formats += ` ${event}`;
    mappings += `a=rtpmap:${event} telephone-event/8000\r\n`;
    parameters += `a=fmtp:${event} 0-15\r\n`;
  }
  const keys = crypto
    .map(({ tag, name, key }) => `a=crypto:${Number(tag)} ${name} ${printCryptoKey(key)}\r\n`)
    .join("");
  const rest = `a=ptime:${ptimeMs}\r\na=${direction}\r\n${isMultiplexed ? "a=rtcp-mux\r\n" : ""}`;
  return `m=audio ${port} ${protocol}${formats}\r\n${mappings}${parameters}${keys}${rest}`;
}
