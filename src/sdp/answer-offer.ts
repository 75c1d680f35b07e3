import { agreedWithBrowser, browserName } from "./browser-agreement.ts";
import { answerBrowserOffer } from "./browser-answer.ts";
import { readBrowserDescription } from "./browser-offer.ts";
import { chooseAudio, type ChoosingEnd, type SectionChoice } from "./audio-choice.ts";
import type { ChosenCrypto } from "./choose-crypto.ts";
import { readDescription, type Description, type MediaSection } from "./description.ts";
import { printDescription, type PrintedSection } from "./print.ts";
import type { BrowserNearEnd, LocalAudio, NegotiatedAudio, Negotiation } from "./types.ts";

/** Answers an offer: the first audio stream that can be used is taken with one codec, as `local` prefers (RFC 3264 §6.1); every other stream is refused with port 0 (RFC 3264 §6). Never throws.
 * @param offer its text, or what was read of it */
export function answerOffer(offer: string | Description, local: LocalAudio): Negotiation<{ answer: string }> {
  if (local.browser !== undefined) return answerBrowser(offer, { ...local, browser: local.browser });
  // Whatever our last description said, an offer decides anew.
  const chosen = chooseStream(offer, local, true);
  if (chosen.type !== "agreed") return chosen;
  const { crypto, description, index: taken } = chosen;
  const audio = secured(chosen.audio, crypto, local);
  const sections = description.media.map((section, index) =>
    index === taken ? acceptedSection(section, audio, crypto) : refusedSection(section),
  );
  return { type: "agreed", audio, answer: printDescription(local, sections, description.timing) };
}

/** Why an offer cannot be answered; undefined when it can. */
export function whyNoAnswer(
  offer: string | Description,
  local: ChoosingEnd & { readonly isBrowser?: boolean },
): Exclude<Negotiation<object>, { type: "agreed" }> | undefined {
  if (local.isBrowser === true) {
    const description = typeof offer === "string" ? readDescription(offer) : offer;
    if (typeof description === "string") return { type: "malformed", why: description };
    const read = readBrowserDescription(description, local);
    return "type" in read ? read : undefined;
  }
  const chosen = chooseStream(offer, local);
  return chosen.type === "agreed" ? undefined : chosen;
}

/** The same for a browser, whose description may never name another end than its first. RFC 8839 §4.4.1.1.1 */
function answerBrowser(
  offer: string | Description,
  local: LocalAudio & { readonly browser: BrowserNearEnd },
): Negotiation<{ answer: string }> {
  const description = typeof offer === "string" ? readDescription(offer) : offer;
  if (typeof description === "string") return { type: "malformed", why: description };
  const read = readBrowserDescription(description, local);
  if ("type" in read) return read;
  const answer = answerBrowserOffer(read, { ...local, ...local.browser, cname: browserName });
  return { type: "agreed", audio: agreedWithBrowser(read), answer };
}

/** The address that the first audio stream of a description names; undefined when there is none. */
export function audioAddress({ media }: Description): string | undefined {
  return media.find(({ type, port }) => type === "audio" && port !== 0)?.address;
}

/** With the keys of both ends. */
function secured(audio: NegotiatedAudio, crypto: ChosenCrypto, { mediaKey }: LocalAudio): NegotiatedAudio {
  if (crypto.type === "clear" || mediaKey === undefined) return audio;
  const { suite, key: received, identifier } = crypto.line;
  const sent = mediaKey({ suite, bytes: received.length, theirs: received });
  return { ...audio, security: { suite, received, sent, ...(identifier === undefined ? {} : { identifier }) } };
}

/** The first audio stream that can be used, an encrypted one before one in the clear: the description that has it, and where in it. */
function chooseStream(
  offer: string | Description,
  local: ChoosingEnd,
  canShare = local.isMultiplexed !== false,
): Negotiation<{ readonly description: Description; readonly index: number; readonly crypto: ChosenCrypto }> {
  const description = typeof offer === "string" ? readDescription(offer) : offer;
  if (typeof description === "string") return { type: "malformed", why: description };
  if (description.media.length === 0)
    return { type: "no-audio", why: "the description has no media stream", warningCode: 304 };
  const choices = description.media.map((section) => chooseAudio(section, local, canShare));
  const secure = choices.findIndex((choice) => choice.type === "agreed" && choice.crypto.type === "secure");
  const index = secure >= 0 ? secure : choices.findIndex((choice) => choice.type === "agreed");
  const choice = choices[index];
  return choice?.type === "agreed" ? { description, index, ...choice } : refusalOf(choices);
}

function acceptedSection(section: MediaSection, audio: NegotiatedAudio, crypto: ChosenCrypto): PrintedSection {
  const { security } = audio;
  return {
    type: "audio",
    protocol: section.protocol,
    codecs: [audio.codec],
    telephoneEventPayloadType: audio.telephoneEventPayloadType,
    ptimeMs: audio.ptimeMs,
    direction: audio.direction,
    isMultiplexed: audio.isMultiplexed === true,
    crypto:
      security === undefined || crypto.type === "clear"
        ? []
        : [{ tag: crypto.line.tag, name: crypto.line.name, key: security.sent }],
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

/** The most useful reason: that an audio stream is in the clear and must not be, that it has no common codec, else what was wrong with the first audio stream, else the first reason. */
function refusalOf(choices: readonly SectionChoice[]): Exclude<Negotiation<object>, { type: "agreed" }> {
  const inTheClear = choices.find((choice) => choice.type === "not-encrypted");
  if (inTheClear !== undefined) return inTheClear;
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
