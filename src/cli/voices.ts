import { Command } from "commander";
import { listVoices, type VoiceStandIn } from "../app/index.ts";

const help = `
Examples:
  offhook voices
  offhook voices en-GB de

Flite, the speech inside of the package, speaks English. A text for a voice of another language is said with English
sounds; play recordings with PlayAudio there.`;

/** `offhook voices`: which voice speaks for each voice of Amazon Polly. */
export function voicesCommand(): Command {
  return new Command("voices")
    .description("Lists the voices of Amazon Polly, and which voice speaks for each here.")
    .argument("[languages...]", "languages or beginnings of them, such as en-GB or de (default: all)")
    .addHelpText("after", help)
    .action((languages: readonly string[]) => {
      const found = describeVoices(listVoices(), languages);
      if (found.length > 0) console.log(found.join("\n"));
      else {
        const all = new Set(listVoices().map(({ language }) => language));
        console.error(`offhook: no voice of Polly speaks ${languages.join(" or ")}; there are ${[...all].join(", ")}`);
        process.exitCode = 1;
      }
    });
}

/** A line for each voice of these languages, in columns. None: all languages. */
export function describeVoices(voices: readonly VoiceStandIn[], languages: readonly string[]): readonly string[] {
  const isWanted = ({ language }: VoiceStandIn) =>
    languages.length === 0 ||
    languages.some((wanted) => `${language}-`.toLowerCase().startsWith(`${wanted}-`.toLowerCase()));
  return voices.filter(isWanted).map(({ language, id, speaker, spokenBy, pitchHz, isInItsLanguage }) => {
    const pitch = pitchHz === undefined ? "" : ` at ${pitchHz} Hz`;
    const how = isInItsLanguage ? "" : ", with English sounds";
    return `${language.padEnd(10)} ${id.padEnd(10)} ${speaker.padEnd(6)} ${spokenBy}${pitch}${how}`;
  });
}
