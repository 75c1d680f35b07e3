/** Writes the WAV files of the examples (8 kHz, 16 bit, mono): words by our own speech engine, tones by arithmetic.
 * `npx tsc && node scripts/example-prompts.mjs` */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createSpeech, encodeWav } from "../dist/src/phone/index.js";
import { silentLogger } from "../dist/src/kernel/index.js";

const examples = fileURLToPath(new URL("../examples/", import.meta.url));
const project = "../assets/init/common";
const rateHz = 8000;

/** The sum of sines, with soft edges of 5 ms. */
const tones = (frequenciesHz, durationMs) => {
  const count = (durationMs * rateHz) / 1000;
  const edge = rateHz / 200;
  return Int16Array.from({ length: count }, (_, index) => {
    const gain = Math.min(1, index / edge, (count - index) / edge);
    const sum = frequenciesHz.reduce((value, hz) => value + Math.sin((2 * Math.PI * hz * index) / rateHz), 0);
    return Math.round((8000 * gain * sum) / frequenciesHz.length);
  });
};
const silence = (durationMs) => new Int16Array((durationMs * rateHz) / 1000);

const write = (path, ...parts) => {
  const samples = Int16Array.from(parts.flatMap((part) => [...part]));
  const file = join(examples, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, encodeWav({ samples, sampleRateHz: rateHz }));
  console.log(`${path}  ${(samples.length / rateHz).toFixed(1)} s`);
};

const speech = await createSpeech({ engine: "flite", cacheFolder: undefined, log: silentLogger });
const words = async (text) => {
  const request = { text, textType: "text", voiceId: "Joanna", languageCode: undefined, engine: "standard" };
  return (await speech.synthesize(request)).samples;
};
const ringback = [tones([440, 480], 1000), silence(1500)];

write(
  "menu-with-operator/objects/prompts/opening-hours.wav",
  await words("We are open on weekdays from nine to five."),
);
write("menu-with-operator/objects/prompts/ringback.wav", ...ringback);
write("voicemail/objects/prompts/beep.wav", tones([1000], 400));
write("dial-and-bridge/objects/prompts/dial.wav", await words("Dial the number, then press pound."));
write("dial-and-bridge/objects/prompts/not-a-number.wav", await words("That is not a number we can call."));
write("dial-and-bridge/objects/prompts/ringback.wav", ...ringback);
write(`${project}/objects/prompts/hours.wav`, await words("We are open on weekdays from nine to five. Goodbye."));
await speech.close();
