import { browserName } from "./browser-agreement.ts";
import { offerToBrowser } from "./browser-answer.ts";
import { codecForms } from "./codec-forms.ts";
import { cryptoSuites, offeredSuites } from "./crypto-suites.ts";
import { printDescription, type PrintedCrypto } from "./print.ts";
import type { LocalAudio } from "./types.ts";

/** Payload type offered for telephone-event, the number that most equipment expects. */
const TELEPHONE_EVENT_PAYLOAD_TYPE = 101;

/** An offer of one audio stream, in the clear or encrypted, 20 ms packets, with the digits, * # and A-D as events (RFC 3264 §5, RFC 4733 §2.5.1).
 * Contract: sip-and-media-offer */
export function createOffer(local: LocalAudio): string {
  const { browser, browserSections: sections, codecs, direction = "sendrecv" } = local;
  if (browser !== undefined) {
    return offerToBrowser(codecs, { direction, sections }, { ...local, ...browser, cname: browserName });
  }
  return printDescription(local, [
    {
      type: "audio",
      protocol: local.offersSrtp === true ? "RTP/SAVP" : "RTP/AVP",
      codecs: local.codecs.map((name) => ({ name, payloadType: codecForms[name].payloadType })),
      telephoneEventPayloadType: TELEPHONE_EVENT_PAYLOAD_TYPE,
      ptimeMs: 20,
      direction: local.direction ?? "sendrecv",
      isMultiplexed: local.isMultiplexed === true,
      crypto: offeredCrypto(local),
    },
  ]);
}

/** One attribute for each suite, with a key of its own. RFC 4568 §5.1.1 */
function offeredCrypto({ offersSrtp, mediaKey }: LocalAudio): readonly PrintedCrypto[] {
  if (offersSrtp !== true || mediaKey === undefined) return [];
  return offeredSuites.map((name, index) => ({
    tag: String(index + 1),
    name,
    key: mediaKey({ suite: name, bytes: cryptoSuites[name] }),
  }));
}
