import { readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { errorCode, errorMessage, whyUnreadable } from "../kernel/index.ts";
import { Command, InvalidArgumentError } from "commander";
import { resolve } from "node:path";
import { readOverride, setMember, type Override } from "./set-member.ts";
import { addVariable } from "./variable.ts";

interface InvokeOptions {
  readonly action?: string;
  readonly event?: string;
  readonly set?: readonly Override[];
  readonly handler: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly show: boolean;
}

const help = `
Examples:
  offhook invoke menu.mjs NEW_INBOUND_CALL
  offhook invoke menu.py ACTION_SUCCESSFUL --action SpeakAndGetDigits --set ActionData.ReceivedDigits=2
  offhook invoke menu.ts --event event.json --set CallDetails.TransactionAttributes.visit=2
  offhook invoke menu.mjs HANGUP --show      prints the event, and asks nobody

Events are: NEW_INBOUND_CALL, NEW_OUTBOUND_CALL, RINGING, CALL_ANSWERED, ACTION_SUCCESSFUL, ACTION_FAILED, ACTION_INTERRUPTED,
DIGITS_RECEIVED, CALL_UPDATE_REQUESTED, HANGUP, INVALID_LAMBDA_RESPONSE. The reply goes to the standard output as JSON; what the
function prints, and what is wrong with the reply, to the standard error.`;

/** `offhook invoke`: one event for a function, and its reply, by the checker of the running server. */
export function invokeCommand(): Command {
  return new Command("invoke")
    .description(
      "Sends one event to a function and checks its reply. " +
        "Exits with 0 if the reply is good, 1 if there is something to say or the function fails, 2 if it cannot be asked.",
    )
    .argument("<file>", "the function: JavaScript, TypeScript or Python")
    .argument("[type]", "the type of event", "NEW_INBOUND_CALL")
    .option(
      "-a, --action <type>",
      "which action the event is about (ACTION_SUCCESSFUL, ACTION_FAILED, ACTION_INTERRUPTED)",
    )
    .option("--event <file.json>", "an event of your own in place of a sample; - is the standard input")
    .option("-s, --set <path=value>", "a member of the event; may be repeated", addOverride)
    .option("--handler <name>", "name of the handler in it", "handler")
    .option("-e, --environment <name=value>", "a variable of the function's environment; may be repeated", addVariable)
    .option("--show", "print the event, and do not ask the function", false)
    .addHelpText("after", help)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .action(async (file: string, type: string, options: InvokeOptions) => {
      process.exitCode = await runInvoke(file, type, options);
    });
}

function addOverride(written: string, before: readonly Override[] = []): readonly Override[] {
  const override = readOverride(written);
  if (override === undefined)
    throw new InvalidArgumentError("It must be path=value, such as ActionData.ReceivedDigits=2.");
  return [...before, override];
}

/** The exit code. */
async function runInvoke(file: string, type: string, options: InvokeOptions): Promise<number> {
  try {
    const event = (options.set ?? []).reduce<unknown>(setMember, await findEvent(type, options));
    if (options.show) {
      console.log(JSON.stringify(event, undefined, 2));
      return 0;
    }
    const { whyNoHandlerFile } = await import("../app/index.ts");
    const problem = whyNoHandlerFile(resolve(file));
    if (problem === undefined) return await ask(file, event, options);
    console.error(`offhook invoke: ${problem}`);
  } catch (error) {
    const code = errorCode(error);
    console.error(`offhook invoke: ${errorMessage(error)}${code === undefined ? "" : ` (${code})`}`);
  }
  return 2;
}

async function findEvent(type: string, { event: file, action }: InvokeOptions): Promise<unknown> {
  if (file === undefined) return (await import("../testing/index.ts")).sampleEvent(type, action);
  const shown = file === "-" ? "the standard input" : file;
  let written: string;
  try {
    written = file === "-" ? await readAll(process.stdin) : await readFile(file, "utf8");
  } catch (error) {
    throw new Error(`cannot read ${shown}: ${whyUnreadable(error)}`, { cause: error });
  }
  try {
    return JSON.parse(written) as unknown;
  } catch (error) {
    throw new Error(`${shown} is not JSON: ${errorMessage(error)}`, { cause: error });
  }
}

async function ask(file: string, event: unknown, { handler, environment = {} }: InvokeOptions): Promise<number> {
  const { openFunction } = await import("../testing/index.ts");
  const { describeFinding, validateReply } = await import("../app/index.ts");
  const app = await openFunction(file, { handler, environment, onOutput: (line) => console.error(line) });
  try {
    const result = await app.invoke(event);
    if (result.type === "failed") {
      console.error(`the function failed (${result.reason}): ${result.message}`);
      if (result.stack !== undefined) console.error(result.stack);
      return 1;
    }
    const reply = JSON.parse(result.payload === "" ? "null" : result.payload) as unknown;
    console.log(JSON.stringify(reply, undefined, 2));
    const findings = validateReply(reply);
    for (const finding of findings) console.error(describeFinding(finding));
    return findings.length === 0 ? 0 : 1;
  } finally {
    await app.close();
  }
}
