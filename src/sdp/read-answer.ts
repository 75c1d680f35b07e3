import { agreedWithBrowser } from "./browser-agreement.ts";
import { readBrowserDescription } from "./browser-offer.ts";
import { chooseAudio } from "./audio-choice.ts";
import type { CryptoLine } from "./crypto-line.ts";
import { offeredSuites } from "./crypto-suites.ts";
import { readDescription } from "./description.ts";
import type { LocalAudio, Negotiation, SrtpPolicy } from "./types.ts";

/** Reads the answer to an offer made by `createOffer(offered)`. An answer that names only codecs which were not offered is
 * `no-common-codec`. The payload numbers of the answer are those to send with (RFC 3264 §7). An answer in the clear to a secure offer is agreed
 * where `offered.srtp` is `optional`. Never throws. */
export function readAnswer(answer: string, offered: LocalAudio): Negotiation<object> {
  const description = readDescription(answer);
  if (typeof description === "string") return { type: "malformed", why: description };
  if (offered.browser !== undefined) {
    const read = readBrowserDescription(description, { ...offered, order: "theirs" }, true);
    return "type" in read ? read : { type: "agreed", audio: agreedWithBrowser(read) };
  }
  // The offer had one stream, so the first of the answer is its counterpart (RFC 3264 §6).
  const section = description.media[0];
  if (section === undefined) return { type: "no-audio", why: "the description has no media stream", warningCode: 304 };
  const { address, codecs, isMultiplexed = false, direction = "sendrecv" } = offered;
  const choice = chooseAudio(section, { address, codecs, isMultiplexed, direction, srtp: takenPolicy(offered) });
  if (choice.type === "unusable") return { ...choice, type: "no-audio" };
  if (choice.type !== "agreed" || choice.crypto.type === "clear") return choice;
  const { line } = choice.crypto;
  if (!isOffered(line, offered) || offered.mediaKey === undefined) {
    const why = `the answer takes a=crypto:${line.tag} with ${line.name}, which was not offered`;
    return { type: "no-audio", why, warningCode: 306 };
  }
  const { suite, key: received, identifier } = line;
  const sent = offered.mediaKey({ suite, bytes: received.length });
  // One key for both directions would encipher two packets with one key stream.
  if (Buffer.compare(sent, received) === 0) {
    return { type: "no-audio", why: "the answer has the key of our offer in place of its own", warningCode: 306 };
  }
  const security = { suite, received, sent, ...(identifier === undefined ? {} : { identifier }) };
  return { type: "agreed", audio: { ...choice.audio, security } };
}

/** An answer has keys only where the offer had. */
function takenPolicy({ offersSrtp, srtp = "never" }: LocalAudio): SrtpPolicy {
  return offersSrtp === true ? srtp : "never";
}

/** The tag and the suite are those of one attribute of the offer; one that answered before has the tag that was answered. RFC 4568 §5.1.3 */
function isOffered({ tag, suite }: CryptoLine, { repeats }: LocalAudio): boolean {
  if (repeats !== undefined) return suite === repeats.suite;
  return offeredSuites[Number(tag) - 1] === suite;
}
