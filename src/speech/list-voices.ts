import { silentLogger } from "../kernel/index.ts";
import { openEngines } from "./open-engines.ts";
import type { SpeechOptions } from "./types.ts";
import { pollyVoices, type PollyVoice } from "./voices.ts";

/** A voice of Amazon Polly, and what speaks for it here. */
export interface VoiceStandIn extends PollyVoice {
  /** Engines that speak for it, the first in the order of the list first, each with its voice. Empty: nobody here speaks its language. */
  readonly spokenBy: readonly { readonly engine: string; readonly voice: string }[];
}

/** All voices of Polly with who speaks for them on this machine, by language and name. */
export async function listVoices(
  options: Pick<SpeechOptions, "engines" | "polly" | "espeakProgram">,
): Promise<readonly VoiceStandIn[]> {
  const engines = await openEngines({ ...options, log: silentLogger });
  const voices = [...pollyVoices.values()].map((voice): VoiceStandIn => {
    const spokenBy = engines.flatMap((engine) => {
      const own = engine.voiceFor(voice);
      return own === undefined ? [] : [{ engine: engine.name, voice: own }];
    });
    return { ...voice, spokenBy };
  });
  await Promise.all(engines.map((engine) => engine.close()));
  return voices.toSorted((one, other) => one.language.localeCompare(other.language) || one.id.localeCompare(other.id));
}
