import { chooseAudio } from "./audio-choice.ts";
import { readDescription } from "./description.ts";
import type { LocalAudio, Negotiation } from "./types.ts";

/** Reads the answer to an offer made by `createOffer(offered)`. An answer that names only codecs which were not offered is
 * `no-common-codec`. The payload numbers of the answer are those to send with (RFC 3264 §7). Never throws. */
export function readAnswer(answer: string, offered: LocalAudio): Negotiation<object> {
  const description = readDescription(answer);
  if (typeof description === "string") return { type: "malformed", why: description };
  // The offer had one stream, so the first of the answer is its counterpart (RFC 3264 §6).
  const section = description.media[0];
  if (section === undefined) return { type: "no-audio", why: "the description has no media stream", warningCode: 304 };
  const { address, codecs, isMultiplexed = false } = offered;
  const choice = chooseAudio(section, { address, codecs, isMultiplexed });
  return choice.type === "unusable" ? { ...choice, type: "no-audio" } : choice;
}
