import type { PollyVoice } from "../voices.ts";

/** One of Flite's voices, at a pitch. */
export interface FliteVoice {
  /** slt: American woman. rms: American man. awb: Scottish man. kal16: American man, by diphones. */
  readonly name: "slt" | "rms" | "awb" | "kal16";
  /** Mean pitch, Hz; undefined: the voice's own. */
  readonly pitchHz: number | undefined;
}

/** Own mean pitch of each voice, Hz, measured. `rms` keeps its own whatever pitch is set. */
export const ownPitchHz: Record<FliteVoice["name"], number> = { slt: 167, rms: 102, awb: 121, kal16: 90 };

/** How long each voice is silent at a comma or period within a text, milliseconds, measured. */
export const ownPauseMs: Record<FliteVoice["name"], number> = { slt: 220, rms: 150, awb: 110, kal16: 260 };

/** Women that share Flite's only one are told apart by pitch. */
const pitchOfId: Record<string, number> = { Salli: 180, Kendra: 158, Kimberly: 174, Amy: 176, Emma: 162, Nicole: 184 };

/** The Flite voice that stands in for a voice of Polly: of the same sex, and of the British Isles or overseas English
 * where Flite has one. */
export function fliteVoiceFor({ id, language, speaker }: PollyVoice): FliteVoice {
  switch (speaker) {
    case "woman":
      return { name: "slt", pitchHz: pitchOfId[id] };
    case "girl":
      return { name: "slt", pitchHz: 220 };
    case "boy":
      return { name: "awb", pitchHz: 200 };
    case "man":
      if (id === "Joey" || id === "Gregory") return { name: "kal16", pitchHz: undefined };
      return { name: /^en-(?!US)/.test(language) ? "awb" : "rms", pitchHz: undefined };
  }
}
