import type { RawConfig } from "../settings/configuration.ts";
import type { Report } from "./calls.ts";
import { readPassword } from "./password.ts";
import type { Config, ConfiguredPhone } from "./types.ts";

interface Options {
  readonly folder: string;
  readonly mode: "development" | "production";
  readonly report: Report;
}

/** The phones. A password appears in no problem that is reported. */
export function resolvePhones({ phones }: RawConfig, options: Options): readonly ConfiguredPhone[] {
  const names = phones.map(({ name }) => name);
  return phones.map((written, index) => {
    const { name, numbers, srtp } = written;
    if (names.indexOf(name) < index) options.report(["phones", index, "name"], `there is a phone "${name}" already`);
    return { name, numbers, srtp, password: passwordOf(written, index, options) };
  });
}

function passwordOf(
  { name, password, passwordFile }: RawConfig["phones"][number],
  index: number,
  { folder, mode, report }: Options,
): string | undefined {
  const at = ["phones", index];
  if (password !== undefined && passwordFile !== undefined) {
    report([...at, "passwordFile"], "there is password too; only one of them may be there");
    return undefined;
  }
  if (passwordFile !== undefined)
    return readPassword(passwordFile, folder, (why) => report([...at, "passwordFile"], why));
  if (password === undefined && mode === "production")
    report(at, `the phone "${name}" has no password, which only offhook dev takes: add password or passwordFile`);
  return password;
}

/** The number of the page's phone in development is one that stands for nobody, the highest that is free: 0199 is the built-in test phone, 0198 is proposed to other softphones. */
const lastOfPages = 197;

/** The phone of the console's pages. */
export function resolveSoftphone(
  { softphone, numbers, phones }: RawConfig,
  { webSocket: { onApi } }: Pick<Config["sip"], "webSocket">,
  { mode, report }: Pick<Options, "mode" | "report">,
): Config["softphone"] {
  if (softphone.numbers !== undefined) {
    if (softphone.numbers.length > 0 && !onApi)
      report(
        ["softphone", "numbers"],
        "the page's phone speaks SIP at the port of the API: set sip.webSocket.onApi to true",
      );
    return { numbers: softphone.numbers };
  }
  if (mode === "production" || !onApi) return { numbers: [] };
  const taken = new Set([...numbers, ...phones.flatMap((phone) => phone.numbers)]);
  for (let digits = lastOfPages; digits > 100; digits -= 1)
    if (!taken.has(`+12065550${digits}`)) return { numbers: [`+12065550${digits}`] };
  return { numbers: [] };
}

const usualS = { development: 60, production: 3_600 } as const;

/** How phones may register. */
export function resolveRegistrations({ registrations }: RawConfig, { mode, report }: Options): Config["registrations"] {
  const { shortestSeconds: shortestS, longestSeconds, algorithms } = registrations;
  if (longestSeconds !== undefined && longestSeconds < shortestS) {
    const rule = `it must not be below registrations.shortestSeconds, which is ${shortestS}`;
    report(["registrations", "longestSeconds"], `found ${longestSeconds}, but ${rule}`);
  }
  return { algorithms, shortestS, longestS: longestSeconds ?? Math.max(usualS[mode], shortestS) };
}
