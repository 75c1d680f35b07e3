import { readFile, writeFile } from "node:fs/promises";
import { parse, join } from "node:path";
import { AppError, errorMessage, silentLogger, whyUnreadable } from "../../kernel/index.ts";
import { createSpeech, encodeWav, type Media, type Pcm } from "../../phone/index.ts";

/** Reads a WAV file of any usual form. Rejects with `PHONE_BAD_FILE` or `MEDIA_UNSUPPORTED_AUDIO`. */
export async function loadWav(media: Media, path: string): Promise<Pcm> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw badFile(`${path} cannot be read: ${whyUnreadable(error)}`, error);
  });
  return media.decodeWav(bytes);
}

/** Speaks a text with the default voice. Rejects as `Speech.synthesize`. */
export async function speak(text: string): Promise<Pcm> {
  const speech = await createSpeech({ engines: ["flite"], cacheFolder: undefined, log: silentLogger });
  try {
    return await speech.synthesize({
      text,
      textType: "text",
      voiceId: "Joanna",
      languageCode: undefined,
      engine: "standard",
    });
  } finally {
    await speech.close();
  }
}

/** Writes what the call with this number (from 1) heard: `out.wav`, `out-2.wav` and so on.
 * @returns the file's name. Rejects with `PHONE_BAD_FILE`. */
export async function saveHeard(path: string, count: number, heard: Pcm): Promise<string> {
  const { dir, name, ext } = parse(path);
  const file = count === 1 ? path : join(dir, `${name}-${count}${ext}`);
  await writeFile(file, encodeWav(heard)).catch((error: unknown) => {
    throw badFile(`${file} cannot be written: ${errorMessage(error)}`, error);
  });
  return file;
}

function badFile(what: string, cause: unknown): AppError {
  return new AppError("PHONE_BAD_FILE", what, { cause });
}
