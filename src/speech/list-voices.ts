import { fliteVoiceFor } from "./flite/flite-voices.ts";
import { pollyVoices, type PollyVoice } from "./voices.ts";

/** A voice of Amazon Polly, and what speaks for it here. */
export interface VoiceStandIn extends PollyVoice {
  /** Flite's voice. */
  readonly spokenBy: string;
  /** Mean pitch that tells it apart from others of the same voice, Hz; undefined: the voice's own. */
  readonly pitchHz: number | undefined;
  /** Whether what speaks knows the language; else its words are said with the sounds of English. */
  readonly isInItsLanguage: boolean;
}

/** All voices of Polly with their stand-ins, by language and name. */
export function listVoices(): readonly VoiceStandIn[] {
  return [...pollyVoices.values()]
    .map((voice): VoiceStandIn => {
      const { name, pitchHz } = fliteVoiceFor(voice);
      return { ...voice, spokenBy: name, pitchHz, isInItsLanguage: voice.language.startsWith("en-") };
    })
    .toSorted((one, other) => one.language.localeCompare(other.language) || one.id.localeCompare(other.id));
}
