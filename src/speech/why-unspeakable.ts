import { AppError } from "../kernel/index.ts";
import { toFliteParts } from "./flite/flite-engine.ts";

/** Checks a part of a speech without speaking it.
 * @returns what `synthesize` would reject with, for people; undefined: it is good */
export function whyUnspeakable(part: "voice" | "language" | "ssml", value: string): string | undefined {
  const request = {
    text: part === "ssml" ? value : "",
    textType: part === "ssml" ? "ssml" : "text",
    voiceId: part === "voice" ? value : "Joanna",
    languageCode: part === "language" ? value : undefined,
    engine: "standard",
  } as const;
  try {
    toFliteParts(request, () => undefined);
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}
