import { chooseAudio, type SectionChoice } from "./audio-choice.ts";
import { parseDescription, type MediaSection } from "./description.ts";
import { printDescription, type PrintedSection } from "./print.ts";
import type { LocalAudio, NegotiatedAudio, Negotiation } from "./types.ts";

/** Answers an offer: the first audio stream that can be used is taken with one codec, the first of the offer's order that `local` has (RFC 3264
 * §6.1); every other stream is refused with port 0 (RFC 3264 §6). Never throws. */
export function answerOffer(offer: string, local: LocalAudio): Negotiation<{ answer: string }> {
  const description = parseDescription(offer);
  if (typeof description === "string") return { type: "malformed", why: description };
  if (description.media.length === 0)
    return { type: "no-audio", why: "the description has no media stream", warningCode: 304 };

  const choices = description.media.map((section) => chooseAudio(section, local));
  const chosen = choices.findIndex((choice) => choice.type === "agreed");
  const choice = choices[chosen];
  if (choice?.type !== "agreed") return refusalOf(choices);

  const sections = description.media.map((section, index) =>
    index === chosen ? acceptedSection(section, choice.audio) : refusedSection(section),
  );
  return { type: "agreed", audio: choice.audio, answer: printDescription(local, sections, description.timing) };
}

/** The address that the first audio stream of a description names; undefined when there is none, or it cannot be read. */
export function audioAddress(text: string): string | undefined {
  const description = parseDescription(text);
  if (typeof description === "string") return undefined;
  return description.media.find(({ type, port }) => type === "audio" && port !== 0)?.address;
}

function acceptedSection(section: MediaSection, audio: NegotiatedAudio): PrintedSection {
  return {
    type: "audio",
    protocol: section.protocol,
    codecs: [audio.codec],
    telephoneEventPayloadType: audio.telephoneEventPayloadType,
    ptimeMs: audio.ptimeMs,
    direction: audio.direction,
  };
}

function refusedSection(section: MediaSection): PrintedSection {
  return {
    type: "refused",
    media: section.type || "audio",
    protocol: section.protocol || "RTP/AVP",
    formats: section.formats,
  };
}

/** The most useful reason: that an audio stream has no common codec, else what was wrong with the first audio stream, else the first reason. */
function refusalOf(choices: readonly SectionChoice[]): Negotiation<{ answer: string }> {
  const withoutCodec = choices.find((choice) => choice.type === "no-common-codec");
  if (withoutCodec !== undefined) return withoutCodec;
  const obstacles = choices.filter((choice) => choice.type === "unusable");
  const first = obstacles.find(({ why }) => why.startsWith("the audio")) ?? obstacles[0];
  return {
    type: "no-audio",
    why: first?.why ?? "there is no audio stream",
    warningCode: first?.warningCode ?? 304,
  };
}
