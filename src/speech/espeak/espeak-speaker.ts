import { spawn } from "node:child_process";
import { endProcess } from "../threads/end-process.ts";
import type { SpokenPart, SpokenWords } from "../threads/spoken-part.ts";
import type { Sound } from "../../media/index.ts";
import { keptSilenceMs } from "../sound/level.ts";
import {
  joinAudio,
  leveled,
  prepareRates,
  silenceOf,
  trimSilence,
  type RawSound,
  type SpokenSound,
} from "../sound/spoken-sound.ts";
import type { EspeakVoice } from "./espeak-voices.ts";

/** Words of a minute at the normal rate, and what the program takes. */
const normalWords = 160;
const leastWords = 80;
const mostWords = 450;
/** Time for a piece of a text, milliseconds; it takes about 30. */
const longestMs = 10_000;
/** Most of the audio of a piece, bytes: over five minutes. */
const mostBytes = 16 * 1024 ** 2;
const mostComplaint = 500;
const headerBytes = 44;

/** Makes what speaks by the program espeak-ng: a process for each run of words, which gets them by its standard input.
 * @param program name or path
 * @param onProcess is told the id of each process, and undefined when it is over */
export function createEspeakSpeaker(
  program: string,
  onProcess: (processId: number | undefined) => void,
): (parts: readonly SpokenPart<EspeakVoice>[]) => Promise<Sound> {
  const conversions = new Map<number, (samples: Int16Array) => RawSound>();
  const sayWords = async (part: SpokenWords<EspeakVoice>): Promise<RawSound> => {
    const wav = await run(program, espeakArguments(part), `${part.text}\n`, onProcess);
    const { samples, rateHz } = readWav(wav);
    const conversion = conversions.get(rateHz) ?? prepareRates(rateHz);
    conversions.set(rateHz, conversion);
    return trimSilence(conversion(samples), part.goesOn === true ? keptSilenceMs.within : keptSilenceMs.after);
  };
  return async (parts) => {
    const pieces: SpokenSound[] = [];
    for (const part of parts) {
      if (part.type === "pause") pieces.push(leveled(silenceOf(part.pauseMs), 0));
      else pieces.push(leveled(await sayWords(part), part.volumeDb));
    }
    return joinAudio(pieces);
  };
}

/** Nothing in them comes from a text. */
function espeakArguments({ voice, rate, pitch }: SpokenWords<EspeakVoice>): string[] {
  const words = Math.max(leastWords, Math.min(mostWords, Math.round(normalWords * rate)));
  // Its scale is logarithmic: 0 is half of the pitch, 50 the voice's own, 100 twice.
  const place = Math.max(0, Math.min(99, Math.round(50 + 50 * Math.log2(voice.pitch * pitch))));
  return ["-v", voice.name, "-s", `${words}`, "-p", `${place}`, "-b", "1", "--stdin", "--stdout"];
}

/** What a run of the program writes. Its environment has nothing of ours; it leads a group, so that what it starts ends with it. */
function run(
  program: string,
  words: readonly string[],
  text: string,
  onProcess: (processId: number | undefined) => void,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const env = environmentOf(process.env);
    const child = spawn(program, words, { env, detached: process.platform !== "win32", windowsHide: true });
    const { pid, stdin, stdout, stderr } = child;
    onProcess(pid);
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    let complaint = "";
    const finish = (why?: string): void => {
      clearTimeout(timer);
      if (pid !== undefined) endProcess(pid);
      onProcess(undefined);
      stdout.destroy();
      if (why === undefined) return resolve(Buffer.concat(chunks));
      const said = complaint.trim();
      return reject(new Error(`${program} ${why}${said === "" ? "" : `: ${said}`}`));
    };
    const timer = setTimeout(() => finish(`took over ${longestMs} ms`), longestMs);
    stdout.on("data", (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes > mostBytes) finish(`made over ${mostBytes} bytes`);
      else chunks.push(chunk);
    });
    stderr.on("data", (chunk: Buffer) => {
      complaint = (complaint + chunk.toString("utf8")).slice(0, mostComplaint);
    });
    // A program that ends before it has read everything says why by its exit.
    stdin.on("error", () => undefined);
    stdin.end(text, "utf8");
    child.on("error", (error) => finish(`cannot be run: ${error.message}`));
    child.on("close", (code, signal) => finish(code === 0 ? undefined : `ended with ${signal ?? code}`));
  });
}

/** What is no socket. The program opens the system's audio though it writes to its output: PulseAudio's library would look for a server, and make folders for
 * it in the home of this process's user and beside what is temporary, or start one. */
const noPulseAudio = "unix:/dev/null";

/** Where programs and the data of espeak-ng are; text is UTF-8. */
export function environmentOf(all: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept = ["PATH", "ESPEAK_DATA_PATH", "SystemRoot"].flatMap((name) => {
    const value = all[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), LANG: "C.UTF-8", PULSE_SERVER: noPulseAudio };
}

/** The samples of a stream with a header of 44 bytes, 16 bit mono; its length is not in it. */
function readWav(wav: Buffer): { readonly samples: Int16Array; readonly rateHz: number } {
  const isWav = wav.length >= headerBytes && wav.toString("latin1", 0, 4) === "RIFF" && wav.readUInt16LE(22) === 1;
  if (!isWav || wav.readUInt16LE(34) !== 16)
    throw new Error("espeak-ng wrote something else than a WAV file of 16 bit mono");
  const rateHz = wav.readUInt32LE(24);
  if (rateHz < 8_000 || rateHz > 48_000) throw new Error(`espeak-ng made audio of ${rateHz} Hz`);
  const samples = new Int16Array((wav.length - headerBytes) >> 1);
  for (let index = 0; index < samples.length; index++) samples[index] = wav.readInt16LE(headerBytes + 2 * index);
  return { samples, rateHz };
}
