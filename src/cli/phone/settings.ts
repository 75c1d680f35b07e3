import { dialledUri, type Greeting, type SipAddress, type SipHeader, type SrtpPolicy } from "../../phone/index.ts";
import { parseHostPort, transportNamed, usualTransport } from "../../sip-syntax/index.ts";
import type { PhoneDefaults } from "./defaults.ts";
import type { PhoneSettings } from "./run.ts";

/** What stands on the command line. */
export interface PhoneCommandOptions {
  readonly listen?: SipAddress;
  readonly dial?: string;
  readonly wait?: boolean;
  readonly register?: boolean;
  readonly password?: string;
  readonly server?: string;
  readonly from?: string;
  readonly header?: readonly SipHeader[];
  readonly answerAfter?: number;
  readonly reject?: number;
  /** false: --no-answer. */
  readonly answer: boolean;
  readonly say?: string;
  readonly play?: string;
  readonly sayAfter: number;
  readonly keys?: string;
  readonly keysAfter: number;
  readonly record?: string;
  readonly hangUpAfter?: number;
  readonly srtp?: SrtpPolicy;
  readonly once?: boolean;
  readonly trace?: boolean;
}

/** What a phone is to do, by its options and the configuration of its folder.
 * @param refuse ends the command with a sentence about what is wrong */
export function readSettings(
  options: PhoneCommandOptions,
  findDefaults: () => PhoneDefaults | undefined,
  refuse: (problem: string) => never,
): Omit<PhoneSettings, "listen"> {
  const { answerAfter, reject, answer, wait, listen, once, header = [] } = options;
  const answers = [
    ...(answerAfter === undefined ? [] : ["--answer-after"]),
    ...(reject === undefined ? [] : ["--reject"]),
    ...(answer ? [] : ["--no-answer"]),
  ];
  if (answers.length > 1) refuse(`${answers.join(" and ")} contradict each other`);
  const isPhone = options.register === true;
  const waits = answers.length > 0 || wait === true || isPhone || listen !== undefined || once === true;
  // A phone that waits, or is told where it calls, has nothing to do with the folder.
  const isReported = options.dial !== undefined && (options.server !== undefined || /^sips?:/i.test(options.dial));
  const isKnown = isPhone ? options.server !== undefined && options.from !== undefined : waits || isReported;
  const defaults = isKnown ? undefined : findDefaults();
  const dial = options.dial ?? (waits ? undefined : defaults?.number);
  if (options.dial !== undefined && wait === true) refuse("--wait and --dial contradict each other");
  if (dial !== undefined && answers.length > 0) refuse(`${answers.join()} is for calls that come in, not for --dial`);
  if (dial === undefined && header.length > 0) refuse("--header is for an outbound call: add --dial");
  const register = isPhone ? readRegister(options, defaults, refuse) : undefined;
  const from = options.from ?? register?.username ?? (dial === undefined ? undefined : defaults?.from);
  return {
    ...options,
    ...(from === undefined ? {} : { from }),
    dial: dial === undefined ? undefined : uriOf(dial, options.server, defaults),
    headers: header,
    register,
    greeting: readGreeting(options),
    once: once === true || dial !== undefined,
    trace: options.trace === true,
  };
}

function readRegister(
  { server, from, password, listen }: PhoneCommandOptions,
  defaults: PhoneDefaults | undefined,
  refuse: (problem: string) => never,
): NonNullable<PhoneSettings["register"]> {
  const at = parseHostPort(server ?? defaults?.server ?? "127.0.0.1:5060");
  if (at === undefined) return refuse("--server is host or host:port");
  const account = from === undefined ? defaults?.account : { username: from };
  if (account === undefined) return refuse("--register needs --from, the name of the phone at the server");
  if (!/^[^\s@<>":;]+$/.test(account.username))
    return refuse("--from is the name of the phone at the server, or its number, where it registers");
  const { name, defaultPort } = transportNamed(
    listen?.transport ?? (server === undefined ? defaults?.transport : undefined) ?? usualTransport.name,
  );
  const isSame = from === undefined || from === defaults?.account.username;
  return {
    server: { transport: name, host: at.host, port: at.port ?? defaultPort },
    username: account.username,
    password: password ?? (isSame ? defaults?.account.password : undefined),
  };
}

function uriOf(dial: string, server: string | undefined, defaults: PhoneDefaults | undefined): string {
  const uri = dialledUri(dial, server ?? defaults?.server ?? "127.0.0.1:5060");
  const isServers = server === undefined && uri !== dial;
  const asked = isServers && defaults !== undefined && transportNamed(defaults.transport).uriParameter;
  return asked ? `${uri};transport=${asked}` : uri;
}

function readGreeting({ answerAfter = 500, reject, answer }: PhoneCommandOptions): Greeting {
  if (reject !== undefined) return { type: "reject", status: reject };
  return answer ? { type: "answer", ringMs: answerAfter } : { type: "ring" };
}
