import { existsSync } from "node:fs";
import { Command } from "commander";
import type { VoiceStandIn } from "../app/index.ts";
import { errorCode, errorMessage } from "../kernel/index.ts";

const help = `
Examples:
  offhook voices
  offhook voices en-GB de
  offhook voices --config /etc/offhook/offhook.yaml

Each line has the engine that speaks on this machine with its voice, and what stands in for it. Engines and their
order are speech.engines of the configuration. Flite, which is inside of the package, speaks English. For other
languages install the program espeak-ng (Debian and Ubuntu: apt-get install espeak-ng), or use Amazon Polly.`;
const usualFile = "offhook.yaml";

/** `offhook voices`: which voice speaks for each voice of Amazon Polly. */
export function voicesCommand(): Command {
  return new Command("voices")
    .description("Lists the voices of Amazon Polly, and which voice speaks for each on this machine.")
    .argument("[languages...]", "languages or beginnings of them, such as en-GB or de (default: all)")
    .option("-c, --config <file>", `the configuration that names the engines (default: ${usualFile}, if it is here)`)
    .addHelpText("after", help)
    .action(async (languages: readonly string[], { config: file }: { readonly config?: string }) => {
      try {
        await printVoices(languages, file);
      } catch (error) {
        const code = errorCode(error);
        console.error(`offhook voices: ${errorMessage(error)}${code === undefined ? "" : ` (${code})`}`);
        process.exitCode = 1;
      }
    });
}

async function printVoices(languages: readonly string[], named: string | undefined): Promise<void> {
  const { listVoices, loadConfig } = await import("../app/index.ts");
  const file = named ?? (existsSync(usualFile) ? usualFile : undefined);
  const written = file === undefined ? { written: {} } : { file };
  const config = loadConfig({ ...written, mode: "development", environment: process.env });
  const voices = await listVoices(config.speech);
  const found = describeVoices(voices, languages);
  if (found.length > 0) return console.log(found.join("\n"));
  const all = new Set(voices.map(({ language }) => language));
  console.error(`offhook: no voice of Polly speaks ${languages.join(" or ")}; there are ${[...all].join(", ")}`);
  process.exitCode = 1;
}

/** A line for each voice of these languages, in columns. None: all languages. */
export function describeVoices(voices: readonly VoiceStandIn[], languages: readonly string[]): readonly string[] {
  const isWanted = ({ language }: VoiceStandIn) =>
    languages.length === 0 ||
    languages.some((wanted) => `${language}-`.toLowerCase().startsWith(`${wanted}-`.toLowerCase()));
  return voices.filter(isWanted).map(({ language, id, speaker, spokenBy }) => {
    const [first, ...others] = spokenBy.map(({ engine, voice }) => `${engine} ${voice}`);
    const standIns = others.length === 0 ? "" : `, else ${others.join(", else ")}`;
    const who = first === undefined ? "nobody: install espeak-ng" : `${first}${standIns}`;
    return `${language.padEnd(10)} ${id.padEnd(10)} ${speaker.padEnd(6)} ${who}`;
  });
}
