import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, test, type TestContext } from "node:test";
import { encodeWav, tone } from "../../src/testing/index.ts";
import { ownNumber, peerNumber } from "../interop/kit.ts";
import type { Program } from "../interop/program.ts";
import { has, readWav } from "./hearing.ts";
import { openHosts, whyNoHosts, type Host, type Hosts } from "./hosts.ts";

const command = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));
const rawPeer = fileURLToPath(new URL("./raw-peer.js", import.meta.url));
/** What the server, the caller and the called party play. */
const tones = { server: 440, caller: 700, called: 1_000 };

/** Plays, takes a key, records, and connects with the trunk; a raw peer is only answered and called back. */
const functionSource = `
const number = ${JSON.stringify(ownNumber)};
const prompt = { Type: "S3", BucketName: "prompts", Key: "server.wav" };
const call = (endpoint) => ({ Type: "CallAndBridge",
  Parameters: { CallTimeoutSeconds: 10, CallerIdNumber: number, Endpoints: [endpoint] } });
const steps = {
  begin: { Type: "PlayAudioAndGetDigits", Parameters: { AudioSource: prompt, FailureAudioSource: prompt, InputDigitsRegex: "^5$", MinNumberOfDigits: 1,
    MaxNumberOfDigits: 1, Repeat: 5, RepeatDurationInMilliseconds: 4000, InBetweenDigitsDurationInMilliseconds: 1000 } },
  PlayAudioAndGetDigits: { Type: "RecordAudio", Parameters: { DurationInSeconds: "1",
    RecordingDestination: { Type: "S3", BucketName: "recorded" } } },
  RecordAudio: call({ BridgeEndpointType: "PSTN", Uri: ${JSON.stringify(peerNumber)} }),
};
const hangUp = (leg) => ({ Type: "Hangup", Parameters: { SipResponseCode: "0", ParticipantTag: leg } });
export const handler = async ({ InvocationEventType: type, ActionData: data, CallDetails: { Participants } }) => {
  const isRaw = Participants[0].From === "+15105550101";
  const Actions = () => {
    if (type === "NEW_INBOUND_CALL") {
      return isRaw ? [{ Type: "PlayAudio", Parameters: { AudioSource: prompt } }] : [steps.begin];
    }
    if (type === "ACTION_SUCCESSFUL" && isRaw) return [call({ BridgeEndpointType: "SIP", Uri: process.env.RAW_PEER })];
    if (type === "ACTION_SUCCESSFUL" && data.Type === "CallAndBridge") {
      return [{ Type: "Pause", Parameters: { DurationInMilliseconds: "1500" } }, hangUp("LEG-A")];
    }
    if (type === "ACTION_SUCCESSFUL") return data.Type in steps ? [steps[data.Type]] : [];
    if (type === "ACTION_FAILED") return [hangUp("LEG-A")];
    const stays = Participants.find(({ Status }) => Status === "Connected");
    return type === "HANGUP" && stays ? [hangUp(stays.ParticipantTag)] : [];
  };
  return { SchemaVersion: "1.0", Actions: Actions() };
};`;

/** How the server listens, and by which of its addresses a caller and the trunk of the other host know it. */
export interface Scene {
  readonly title: string;
  readonly config: (here: Host) => Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly caller: "four" | "six";
  readonly called: "four" | "six";
  /** What the caller, and what the called party, is told in place of the address on the wire. */
  readonly advertised?: string;
}

const skip = whyNoHosts() ?? false;

/** Plays each scene on two hosts of its own; all at the same time, since they mostly wait. */
export function testScenes(scenes: readonly Scene[]): void {
  describe(
    "a peer on another host is told the address that it reaches, and hears and is heard there",
    {
      ...{ skip, concurrency: scenes.length },
    },
    () => {
      for (const scene of scenes) {
        test(scene.title, async (t) => {
          const bed = await openTestBed(t, scene);

          await checkMessages(bed, scene);
          await checkAudio(bed, scene);
        });
      }
    },
  );
}

interface TestBed {
  readonly hosts: Hosts;
  readonly folder: string;
  readonly server: Program;
  /** Starts a program that is ended with the test. */
  run(host: Host, words: readonly string[]): Program;
  /** Resolves once the program has printed what fits; rejects when it ended before. */
  printed(program: Program, pattern: RegExp): Promise<void>;
}

/** Two hosts; on the first the server runs. */
async function openTestBed(t: TestContext, scene: Scene): Promise<TestBed> {
  const hosts = openHosts();
  const folder = await mkdtemp(join(tmpdir(), "offhook-hosts-"));
  const programs: Program[] = [];
  const watchers = new Set<() => void>();
  const onChange = () => {
    for (const watch of watchers) watch();
  };
  t.after(async () => {
    await Promise.all(programs.map((program) => program.end("SIGTERM")));
    hosts.close();
    await rm(folder, { recursive: true, force: true });
  });
  const run = (host: Host, words: readonly string[]) => {
    const program = host.run(words, folder, onChange);
    programs.push(program);
    return program;
  };
  await writeFiles(folder, hosts, scene);
  const server = run(hosts.here, [command, "serve"]);
  const bed: TestBed = {
    ...{ hosts, folder, server, run },
    printed: (program, pattern) =>
      new Promise((resolve, reject) => {
        const watch = () => {
          const isDone = pattern.test(program.output());
          if (!isDone && program.isRunning()) return;
          watchers.delete(watch);
          if (isDone) resolve();
          else reject(new Error(`it ended without ${pattern}: ${program.output()}`));
        };
        watchers.add(watch);
        watch();
      }),
  };
  await bed.printed(server, /"msg":"[^"]*ready/);
  return bed;
}

async function writeFiles(folder: string, { here, there }: Hosts, scene: Scene): Promise<void> {
  await mkdir(join(folder, "objects", "prompts"), { recursive: true });
  await mkdir(join(folder, "objects", "recorded"));
  await writeFile(join(folder, "objects", "prompts", "server.wav"), encodeWav(tone(tones.server, 700, -12)));
  for (const who of ["caller", "called"] as const) {
    await writeFile(join(folder, `${who}.wav`), encodeWav(tone(tones[who], 20_000, -12)));
  }
  await writeFile(join(folder, "f.mjs"), functionSource);
  const environment = { RAW_PEER: `sip:raw@${inUri(there[scene.called])}:5080` };
  const config = scene.config(here);
  const written = {
    ...config,
    // A caller may come from another address than that of the trunk.
    sip: { ...config["sip"], strangers: "accept" },
    media: { ...config["media"], workers: 1 },
    numbers: [ownNumber],
    functions: { f: { file: "./f.mjs", environment } },
    applications: [{ name: "f", function: "f" }],
    rules: [{ name: "f", number: ownNumber, applications: ["f"] }],
    trunk: { address: `udp://${inUri(there[scene.called])}:5070` },
  };
  await writeFile(join(folder, "offhook.yaml"), JSON.stringify(written));
}

/** Each place where an address of ours stands in what a peer gets: the answer to its call, and a call to it. */
async function checkMessages({ hosts: { here, there }, run }: TestBed, scene: Scene): Promise<void> {
  if (scene.caller !== scene.called) return;
  const advertised = scene.advertised ?? here[scene.caller];
  const peer = run(there, [rawPeer, there[scene.caller], here[scene.caller], ownNumber]);

  assert.equal(await peer.ended, 0, peer.output());
  const messages = peer
    .output()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as string);
  const answer = messages.find((text) => text.startsWith("SIP/2.0 200") && text.includes("INVITE")) ?? "";
  const invite = messages.find((text) => text.startsWith("INVITE ")) ?? "";
  const bye = messages.find((text) => text.startsWith("BYE ")) ?? "";
  for (const [text, lines] of [
    [answer, ["Contact", "c=", "o="]],
    [invite, ["Via", "Contact", "From", "c=", "o="]],
    [bye, ["Via"]],
  ] as const) {
    for (const start of lines) assert.equal(addressIn(text, start), advertised, `${start} of ${text}`);
  }
}

function addressIn(text: string, start: string): string | undefined {
  const line = new RegExp(`^${start}.*`, "m").exec(text)?.[0] ?? "";
  return /IN IP[46] (\S+)/.exec(line)?.[1] ?? /(?:@|UDP )\[?([0-9a-f.:]+?)\]?(?::\d+)?[;>]/.exec(line)?.[1];
}

async function checkAudio(
  { hosts: { here, there }, folder, server, run, printed }: TestBed,
  scene: Scene,
): Promise<void> {
  const called = run(there, [
    ...[command, "phone", "--listen", `udp://${inUri(there[scene.called])}:5070`, "--once"],
    ...["--answer-after", "50", "--play", "called.wav", "--record", "called-heard.wav"],
  ]);
  await printed(called, /waiting for calls/);
  const caller = run(there, [
    ...[command, "phone", "--listen", `udp://${inUri(there[scene.caller])}:0`, "--from", "+15105550199"],
    ...["--dial", `sip:${ownNumber}@${inUri(here[scene.caller])}:5060`, "--keys", "5", "--keys-after", "2500"],
    ...["--play", "caller.wav", "--say-after", "2700", "--record", "caller-heard.wav"],
  ]);

  assert.equal(await caller.ended, 0, caller.output());
  assert.equal(await called.ended, 0, `the called party: ${called.output()}`);
  const outputs = `${caller.output()}${called.output()}${server.output()}`;
  const [recording = "none"] = readdirSync(join(folder, "objects", "recorded")).filter((name) => name.endsWith(".wav"));
  const callerHeard = readWav(join(folder, "caller-heard.wav"));
  assert.ok(has(callerHeard, tones.server), `the caller hears the prompt: ${outputs}`);
  assert.ok(has(callerHeard, tones.called), `the caller hears the called party: ${outputs}`);
  assert.ok(
    has(readWav(join(folder, "objects", "recorded", recording)), tones.caller),
    `the caller is recorded: ${outputs}`,
  );
  assert.ok(
    has(readWav(join(folder, "called-heard.wav")), tones.caller),
    `the called party hears the caller: ${outputs}`,
  );
}

function inUri(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
