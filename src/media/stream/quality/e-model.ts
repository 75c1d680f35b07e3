/** What an estimate of speech quality is made from: one direction of a call. */
export interface SpeechPath {
  /** Lost packets, or those that came too late to be played, of all: 0 to 1. */
  readonly lossRatio: number;
  /** Mean length of the losses in packets, as a multiple of what chance would give; 1: losses are independent. */
  readonly burstRatio: number;
  /** Mouth to ear, milliseconds. */
  readonly delayMs: number;
  readonly codec: CodecImpairment;
}

/** What a codec does to speech. ITU-T G.113 Appendix I */
export interface CodecImpairment {
  /** Ie: without any loss. */
  readonly impairment: number;
  /** Bpl: how well it bears loss; a greater number means better. */
  readonly lossRobustness: number;
}

/** G.711 whose receiver conceals losses, as phones and we do. */
export const g711Impairment: CodecImpairment = { impairment: 0, lossRobustness: 25.1 };

/** Estimates how people would judge a call from 1 (bad) to 4.5, for narrowband telephones: the E-model with the defaults of all parameters
 * but loss, codec and delay. ITU-T G.107 §7, Annex B */
export function estimateMos(path: SpeechPath): number {
  return mosOf(transmissionRating(path));
}

/** Ro - Is with all defaults: how good a call without loss and delay is. */
const basicRating = 94.7688 - 1.4136;

function transmissionRating({ lossRatio, burstRatio, delayMs, codec }: SpeechPath): number {
  const lossPercent = Math.min(1, Math.max(0, lossRatio)) * 100;
  const { impairment, lossRobustness } = codec;
  const ofLoss = lossPercent / (lossPercent / Math.max(1, burstRatio) + lossRobustness);
  return basicRating - delayImpairment(Math.max(0, delayMs)) - impairment - (95 - impairment) * ofLoss;
}

/** Id: echo of the talker and of the listener, and the delay itself. ITU-T G.107 §7.4 */
function delayImpairment(delayMs: number): number {
  return talkerEcho(delayMs) + listenerEcho(2 * delayMs) + pureDelay(delayMs);
}

/** Idte with TELR of 65 dB. Roe comes from the defaults: No is -61.18 dBm0p, RLR 2 dB. */
function talkerEcho(delayMs: number): number {
  const echoLoss = 65 - 40 * Math.log10((1 + delayMs / 10) / (1 + delayMs / 150)) + 6 * Math.exp(-0.3 * delayMs ** 2);
  const difference = -1.5 * (-61.18 - 2) - (80 + 2.5 * (echoLoss - 14));
  const impairment = difference / 2 + Math.sqrt(difference ** 2 / 4 + 100) - 1;
  // Below some milliseconds the formula is a little under nothing.
  return Math.max(0, impairment * (1 - Math.exp(-delayMs)));
}

/** Idle with WEPL of 110 dB. */
function listenerEcho(roundTripMs: number): number {
  const difference = 94.7688 - 10.5 * (110 + 7) * (roundTripMs + 1) ** -0.25;
  return difference / 2 + Math.sqrt(difference ** 2 / 4 + 169);
}

/** Idd: up to 100 ms nobody minds. */
function pureDelay(delayMs: number): number {
  if (delayMs <= 100) return 0;
  const octaves = Math.log2(delayMs / 100);
  return 25 * ((1 + octaves ** 6) ** (1 / 6) - 3 * (1 + (octaves / 3) ** 6) ** (1 / 6) + 2);
}

/** ITU-T G.107 Annex B */
function mosOf(rating: number): number {
  if (rating <= 0) return 1;
  if (rating >= 100) return 4.5;
  return Math.max(1, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6);
}
