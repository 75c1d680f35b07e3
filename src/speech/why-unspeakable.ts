import { AppError } from "../kernel/index.ts";
import { parseSsml } from "./ssml/parse-ssml.ts";
import { findVoice } from "./voices.ts";

/** Checks a part of a speech without speaking it, in whatever language and by whatever engine that will be.
 * @returns what `synthesize` would reject with, for people; undefined: it is good */
export function whyUnspeakable(part: "voice" | "language" | "ssml", value: string): string | undefined {
  try {
    if (part === "ssml") checkSsml(value);
    else if (part === "voice") findVoice(value);
    else findVoice("Joanna", value);
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}

function checkSsml(ssml: string): void {
  for (const part of parseSsml(ssml)) {
    if ("style" in part && part.style.voiceId !== undefined) findVoice(part.style.voiceId);
  }
}
