import { Command, Option } from "commander";
import { withBrackets } from "../../sip-syntax/index.ts";
import { parseHeader, parseKeys, parseListen, parseMs, parseStatus } from "./options.ts";
import type { PhoneCommandOptions } from "./settings.ts";
import { processTerminal, type PhoneTerminal } from "./terminal.ts";

const help = `
While it runs, on a terminal: 0-9 * # A-D are pressed in the call, Enter answers a call that rings,
h holds the call and resumes it, q hangs up (without a call: ends). The exit code is 0 when a call was answered, else 1.

With --register it is a phone as any other: calls to its name ring it, and its calls prove whose they are.
In a folder with an offhook.yaml it calls the first number there, at the port there, unless something says that it is to
wait: --wait, --register, --listen, --once, --answer-after, --reject or --no-answer.

Examples:
  offhook phone
  offhook phone --register --from 1001 --server 192.0.2.1
  offhook phone --listen udp://127.0.0.1:5070 --record heard.wav
  offhook phone --dial +12065550100 --keys 12# --hang-up-after 10000`;

/** The password, which a command line would show to everybody on the machine. */
const passwordVariable = "OFFHOOK_PHONE_PASSWORD";

/** `offhook phone`: a SIP phone on the command line that answers or dials, plays, presses keys, and tells what it heard. */
export function phoneCommand(
  openTerminal: () => PhoneTerminal = processTerminal,
  folder: string = process.cwd(),
): Command {
  const command = new Command("phone")
    .description("A SIP phone: waits for calls, or dials; plays, speaks, presses keys, records what it hears.")
    .option(
      "--listen <address>",
      "where it listens (default: a free port, at the address that reaches whom it calls, else at 127.0.0.1)",
      parseListen,
    )
    .option("--dial <number or SIP URI>", "call this instead of waiting for a call")
    .option("--wait", "wait for calls, also in a folder with an offhook.yaml")
    .option("--register", "register at the server, as --from, and wait for calls to that")
    .addOption(new Option("--password <text>", "for a server that asks who registers or calls").env(passwordVariable))
    .option("--server <host:port>", "where a dialled number is sent (default: as offhook.yaml says, or 127.0.0.1:5060)")
    .option("--from <number or SIP URI>", "who calls, and the user part of the phone's own address")
    .option("--header <name: value>", "add a header to the INVITE (repeatable)", parseHeader)
    .option("--answer-after <ms>", "ring this long, then answer (default: 500)", parseMs)
    .option("--reject <status>", "refuse calls with this SIP status", parseStatus)
    .option("--no-answer", "let calls ring")
    .option("--say <text>", "speak this when the call is answered")
    .option("--play <file.wav>", "play this when the call is answered, after --say")
    .option("--say-after <ms>", "when --say or --play begins, after the answer", parseMs, 0)
    .option("--keys <keys>", "press these; a comma waits half a second", parseKeys)
    .option("--keys-after <ms>", "when, after the answer", parseMs, 500)
    .option("--record <out.wav>", "write what was heard (later calls: out-2.wav ...)")
    .option("--hang-up-after <ms>", "hang up this long after the answer", parseMs)
    .addOption(
      new Option(
        "--srtp <policy>",
        "encrypt audio: never, rather (optional), or not without (default: as whoever calls offers it)",
      ).choices(["never", "optional", "required"]),
    )
    .option("--once", "end after the first call; goes without saying with --dial")
    .option("--trace", "print the SIP messages too")
    .addHelpText("after", help);
  return command.action(async (options: PhoneCommandOptions) => {
    const { findListen } = await import("../../phone/index.ts");
    const { findPhoneDefaults } = await import("./defaults.ts");
    const { readSettings } = await import("./settings.ts");
    const settings = readSettings(
      options,
      () => findPhoneDefaults(folder),
      (problem) => command.error(`error: ${problem}`),
    );
    const { dial = settings.register && `sip:${withBrackets(settings.register.server.host)}` } = settings;
    const listen = options.listen ?? (await findListen(dial));
    const terminal = openTerminal();
    const { runPhone } = await import("./run.ts");
    terminal.setExitCode(await runPhone({ ...settings, listen }, terminal));
  });
}
