import { resolve } from "node:path";
import type { SpeechOptions } from "../../speech/index.ts";
import type { RawConfig } from "../settings/configuration.ts";
import { readAwsCredentials } from "./aws-credentials.ts";
import type { Report } from "./calls.ts";
import { readUrl } from "./url.ts";

/** `speech` of the configuration. Secrets appear in no problem. */
export function resolveSpeech(
  { speech, region: ofConfiguration }: RawConfig,
  options: { readonly folder: string; readonly report: Report },
): Pick<SpeechOptions, "engines" | "polly" | "espeakProgram"> {
  const { engines, polly } = speech;
  // A name is looked for where programs are.
  const isPath = /[/\\]/.test(speech.espeakProgram);
  const espeakProgram = isPath ? resolve(options.folder, speech.espeakProgram) : speech.espeakProgram;
  const at = ["speech", "polly"];
  const { region = ofConfiguration, profile, sampleRate, timeoutMilliseconds } = polly;
  const endpoint = readUrl(polly.endpoint, [...at, "endpoint"], options.report)?.href;
  const credentials = readAwsCredentials(polly, at, options);
  const isWritten =
    [polly.region, endpoint, profile, polly.accessKeyId].some((value) => value !== undefined) || sampleRate !== 16_000;
  if (isWritten && !engines.includes("polly")) {
    options.report(at, "it is not asked: speech.engines does not have polly");
  }
  const reached = { region, endpoint, credentials, profile, sampleRateHz: sampleRate, timeoutMs: timeoutMilliseconds };
  return { engines, espeakProgram, polly: engines.includes("polly") ? reached : undefined };
}
