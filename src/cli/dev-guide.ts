import { relative } from "node:path";
import type { Config, Server } from "../app/index.ts";

/** Says how to go on: change the function, call it, point an SDK at it. */
export function printGuide(print: (line: string) => void, config: Config, server: Server): void {
  const [application] = config.applications;
  const sip = server.sipListeners.find((listener) => listener.transport === "udp") ?? server.sipListeners[0];
  const numbers = config.rules.filter((rule) => rule.triggerType === "ToPhoneNumber").map((rule) => rule.triggerValue);
  const files = config.functions.map((known) => relative(process.cwd(), known.file));

  print(`
Change     ${files.join(", ")}: the next call runs the new code. Press Enter to call again, q to stop.
Call it    ${numbers.map((number) => `sip:${number}@${sip?.host}:${sip?.port}`).join(", ")} from any softphone on this machine.
Use it     point any AWS SDK or the CLI at it with these two lines:

  export AWS_ENDPOINT_URL_CHIME_SDK_VOICE=${server.apiUrl}
  export AWS_REGION=${config.region} AWS_DEFAULT_REGION=${config.region} AWS_ACCESS_KEY_ID=offhook AWS_SECRET_ACCESS_KEY=offhook

  aws chime-sdk-voice create-sip-media-application-call --sip-media-application-id ${application?.id ?? "<id>"} \\
    --from-phone-number ${config.numbers[0] ?? "<number>"} --to-phone-number +12065550199

Development mode does not check API signatures. It listens on loopback only.
`);
}
