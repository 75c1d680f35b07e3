import { basename, relative } from "node:path";
import { printSipUri, usualTransport, withBrackets } from "../../sip-syntax/index.ts";
import { reachableHost, type Config, type Server, type SipAddress } from "../../app/index.ts";
import { strangerTo } from "../stranger.ts";

/** Says how to go on: change the function, call it, point an SDK at it. */
export function printGuide(print: (line: string) => void, config: Config, server: Server): void {
  const [application] = config.applications;
  const files = config.functions.flatMap(codeOf).map((path) => relative(process.cwd(), path) || ".");
  const keys = process.stdin.isTTY ? " Press Enter to call, h for help, q to stop." : "";
  const isLocal = server.sipListeners.every(({ host }) => host === "127.0.0.1" || host === "::1");

  print(`
${files.length === 0 ? "" : `Change     ${files.join(", ")}: the next call runs the new code.`}${keys}
${callIt(config, server)}
${describeSoftphone(config, server)}${describePages(config, server)}
Use it     point any AWS SDK or the CLI at it with these two lines:

  export AWS_ENDPOINT_URL_CHIME_SDK_VOICE=${server.apiUrl} AWS_ENDPOINT_URL_CHIME_SDK_MEETINGS=${server.apiUrl}
  export AWS_REGION=${config.region} AWS_DEFAULT_REGION=${config.region} AWS_ACCESS_KEY_ID=offhook AWS_SECRET_ACCESS_KEY=offhook

  aws chime-sdk-voice create-sip-media-application-call --sip-media-application-id ${application?.id ?? "<id>"} \\
    --from-phone-number ${config.numbers[0] ?? "<number>"} --to-phone-number +12065550199

${describeHistories(config)}In development the API takes any access key and signature. ${isLocal ? "It listens on loopback only." : "It listens for SIP beyond this machine, as the configuration says."}
`);
}

/** Where the console is, for a browser on this machine. */
export function describeConsole({ apiUrl }: Server): string {
  return `Console    ${new URL("/console/", apiUrl).href}  (open this to call and watch)`;
}

function describePages({ api }: Config, { apiUrl }: Server): string {
  return api.pagesFolder === undefined
    ? ""
    : `\nWeb page   ${apiUrl}/ (the files of ${relative(process.cwd(), api.pagesFolder)})`;
}

/** The line that says which numbers can be called, and where. */
export function callIt(config: Config, { sipListeners: [sip] }: Server): string {
  return `Call it    ${describeNumbers(config, sip)}`;
}

/** What is typed into a softphone, so that it rings and may call. */
function describeSoftphone(config: Config, { sipListeners }: Server): string {
  const sip = sipListeners.find(({ transport }) => transport === usualTransport.name) ?? sipListeners[0];
  const [phone] = config.phones;
  const username = phone?.name ?? strangerTo(config, lastSuggested);
  const domain = `${withBrackets(reachableHost(sip?.host ?? ""))}:${sip?.port}`;
  const password = phone?.password === undefined ? "no password" : "its password";
  const rings = phone === undefined || phone.numbers.length === 0 ? username : phone.numbers.join(" or ");
  return `Softphone  in Linphone, or any other: Username ${username}, SIP Domain ${domain} (${sip?.transport.toUpperCase()}), ${password}.
           It rings when a call goes to ${rings}, and may call.`;
}

/** The number of the built-in test phone, 0199, is not suggested. */
const lastSuggested = 198;

/** What `h` shows. */
export const keysHelp = `
Enter      places a call; in a call, hangs up
0-9 * #    are pressed in the call
h          shows this
q, Ctrl-C  stops the server
`;

/** What is edited: a file or folder, of functions on this machine. */
function codeOf(target: Config["functions"][number]): readonly string[] {
  if (target.kind === "file") return [target.file];
  return target.kind === "command" ? [target.folder] : [];
}

function describeHistories({ histories, functions }: Config): string {
  const first = functions.find((local) => local.kind === "file");
  if (histories === undefined || first === undefined) return "";
  const [folder, file] = [histories.folder, first.file].map((path) => relative(process.cwd(), path));
  const call = `${folder}/<call>.jsonl`;
  const words = [ownCommand(), "replay", call, "--function", quoteForShell(file ?? "")];
  if (first.handler !== "handler") words.push("--handler", first.handler);
  for (const [name, value] of Object.entries(first.environment)) words.push("-e", quoteForShell(`${name}=${value}`));
  return `Replay     each call is kept: ${words.join(" ")}
Ladder     its SIP messages, and what was decided: ${ownCommand()} ladder ${call}\n\n`;
}

function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function describeNumbers(config: Config, sip: SipAddress | undefined): string {
  const numbers = config.rules.filter((rule) => rule.triggerType === "ToPhoneNumber").map((rule) => rule.triggerValue);
  if (numbers.length === 0) return "no rule takes a number yet: add numbers and rules to the configuration.";
  const uris = numbers.map((user) => printSipUri({ user, host: sip?.host ?? "", port: sip?.port }));
  return `${uris.join(", ")} from any softphone on this machine.`;
}

/** What a user types to run this program once more from the working folder: its name where it was found by that, else its file. */
function ownCommand(): string {
  const program = process.argv[1] ?? "";
  return basename(program).startsWith("offhook") ? "offhook" : `node ${relative(process.cwd(), program)}`;
}
