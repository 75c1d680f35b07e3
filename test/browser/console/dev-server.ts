import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../../src/kernel/index.ts";
import { freePort } from "../../interop/ports.ts";
import { encodeWav, tone } from "../../../src/testing/index.ts";

/** The number of the function. */
export const menuNumber = "+12065550100";
/** The number of a function that plays its tone until the call ends, and tells of keys; and the one of it that leads on to the phone of the page. */
export const lineNumber = "+12065550101";
export const onwardNumber = "+12065550102";
/** The number of the page's phone. */
export const pageNumber = "+12065550197";
/** What the functions play, Hz. */
export const promptHz = 620;

/** `offhook dev` as an author runs it, in a folder of its own. */
export interface DevServer {
  /** Where the console is, without a slash at its end. */
  readonly url: string;
  /** Writes the function anew, as an editor does. */
  writeFunction(code: string): Promise<void>;
  /** Runs another command in its folder, to its end. */
  run(...command: readonly string[]): Promise<{ readonly status: number; readonly output: string }>;
  /** Ends it, as when the machine is restarted, or at once (SIGKILL); its folder stays. */
  stop(signal?: "SIGKILL"): Promise<void>;
  /** Starts it again where it was. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** A menu that plays a tone, takes a key and says which it was; its first reply has a word that is misspelt. */
export const menuFunction = (goodbye: string): string => `
  const tone = { Type: "S3", BucketName: "prompts", Key: "tone.wav" };
  export const handler = async ({ InvocationEventType: type, ActionData, CallDetails }) => {
    const [{ CallId }] = CallDetails.Participants;
    console.log(\`menu: \${type}\`);
    const speak = (Text) => ({ Type: "Speak", Parameters: { CallId, Text } });
    const hangUp = { Type: "Hangup", Parameters: { CallId, SipResponseCode: "0" } };
    const replies = {
      NEW_INBOUND_CALL: () => [
        { Type: "ReceiveDigits", Parameters: { CallId, InputDigitsRegex: "^\\\\d$", InBetweenDigitsDurationInMilliseconds: 1000, FlushDigitsDurationInMilliseconds: 10000 } },
        { Type: "PlayAudio", Parameters: { CallId, AudioSource: tone, Repeet: 2 } },
        speak("Press a key."),
        { Type: "Pause", Parameters: { CallId, DurationInMilliseconds: "1500" } },
        speak("No key came."),
        hangUp,
      ],
      DIGITS_RECEIVED: () => [speak(\`You pressed \${ActionData.ReceivedDigits}.\`), speak(${JSON.stringify(goodbye)}), hangUp],
    };
    return { SchemaVersion: "1.0", Actions: replies[type]?.() ?? [] };
  };`;

/** For the phone of the page. */
const lineFunction = `
  export const handler = async ({ InvocationEventType: type, CallDetails: { Participants: [{ CallId, To, From }] } }) => {
    const play = { Type: "PlayAudio", Parameters: { CallId, AudioSource: { Type: "S3", BucketName: "prompts", Key: "long.wav" } } };
    const keys = { Type: "ReceiveDigits", Parameters: { CallId, InputDigitsRegex: "^\\\\d$", InBetweenDigitsDurationInMilliseconds: 1000, FlushDigitsDurationInMilliseconds: 10000 } };
    const onward = { Type: "CallAndBridge", Parameters: { CallTimeoutSeconds: 30, CallerIdNumber: From, Endpoints: [{ BridgeEndpointType: "PSTN", Uri: "${pageNumber}" }] } };
    const isFirst = type === "NEW_INBOUND_CALL" || type === "CALL_ANSWERED";
    const isOnward = To === "${onwardNumber}";
    const first = isOnward ? [onward] : [keys, play];
    const again = type === "ACTION_SUCCESSFUL" && !isOnward ? [play] : [];
    return { SchemaVersion: "1.0", Actions: isFirst ? first : again };
  };`;

/** Starts it in a folder of its own; it places its first call. */
export async function startDevServer(): Promise<DevServer> {
  const folder = await mkdtemp(join(tmpdir(), "offhook-console-"));
  await mkdir(join(folder, "objects/prompts"), { recursive: true });
  await writeFile(join(folder, "objects/prompts/tone.wav"), encodeWav(tone(promptHz, 2_500, -12)));
  await writeFile(join(folder, "objects/prompts/long.wav"), encodeWav(tone(promptHz, 60_000, -12)));
  await writeFile(join(folder, "line.mjs"), lineFunction);
  const writeFunction = (code: string) => writeFile(join(folder, "menu.mjs"), code);
  await writeFunction(menuFunction("Goodbye."));
  const port = await freePort();
  // JSON is YAML.
  const config = {
    sip: { listen: ["udp://127.0.0.1:0"] },
    api: { listen: `http://127.0.0.1:${port}` },
    media: { ports: "0-0", workers: 1 },
    numbers: [menuNumber, lineNumber, onwardNumber],
    functions: { menu: "./menu.mjs", line: "./line.mjs" },
    applications: ["menu", "line"].map((name) => ({ name, function: name })),
    rules: [
      { name: "in", number: menuNumber, applications: ["menu"] },
      { name: "line", number: lineNumber, applications: ["line"] },
      { name: "onward", number: onwardNumber, applications: ["line"] },
    ],
    objects: { folder: "./objects" },
  };
  await writeFile(join(folder, "offhook.yaml"), JSON.stringify(config));
  const running = { program: await startProgram(folder) };
  return {
    url: `http://127.0.0.1:${port}/console`,
    writeFunction,
    async start() {
      running.program = await startProgram(folder, "--no-call");
    },
    run: (...command) => runProgram(folder, command),
    stop: (signal) => running.program.stop(signal),
    async close() {
      await running.program.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const program = join(packageRoot(), "dist/src/cli/main.js");

/** The tests' own environment is not for what they start. */
function environment(): NodeJS.ProcessEnv {
  const { NODE_TEST_CONTEXT: _ours, ...env } = process.env;
  return { ...env, NO_COLOR: "1" };
}

async function runProgram(cwd: string, command: readonly string[]) {
  const child = spawn(process.execPath, [program, ...command], { cwd, env: environment() });
  const [output, [status]] = await Promise.all([
    Promise.all([text(child.stdout), text(child.stderr)]).then((texts) => texts.join("")),
    once(child, "close") as Promise<[number]>,
  ]);
  return { status, output };
}

/** Starts the command, and waits for the line that says where the console is. */
async function startProgram(folder: string, ...more: readonly string[]) {
  const child = spawn(process.execPath, [program, "dev", ...more], {
    cwd: folder,
    env: environment(),
    stdio: ["pipe", "pipe", "pipe"],
  });
  const closed = once(child, "close");
  let output = "";
  await new Promise<void>((resolve, reject) => {
    const take = (text: Buffer) => {
      output += text.toString();
      if (/http:\/\/[\d.]+:\d+\/console\/\s+\(open this to call and watch\)/.test(output)) resolve();
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.once("close", () => reject(new Error(`offhook dev ended:\n${output}`)));
  });
  return {
    async stop(signal: NodeJS.Signals = "SIGTERM") {
      child.kill(signal);
      await closed;
    },
  };
}
