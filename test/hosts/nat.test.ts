import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { encodeWav, tone } from "../../src/testing/index.ts";
import { ownNumber } from "../interop/kit.ts";
import type { Program } from "../interop/program.ts";
import { openNat, whyNoNat } from "./hosts.ts";
import { has, readWav } from "./hearing.ts";

const command = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));
const holdPeer = fileURLToPath(new URL("./hold-peer.js", import.meta.url));
const deskPeer = fileURLToPath(new URL("./desk-peer.js", import.meta.url));
const desk = { name: "desk", password: "battery-staple", numbers: ["+12065550111"] };

/** Says 440 Hz, records a second, connects with the registered phone, and hangs up on both; a phone that holds is hung up on after the prompt. */
const functionSource = `
const prompt = { Type: "PlayAudio", Parameters: { AudioSource: { Type: "S3", BucketName: "prompts", Key: "server.wav" } } };
const record = { Type: "RecordAudio", Parameters: { DurationInSeconds: "1", RecordingDestination: { Type: "S3", BucketName: "recorded" } } };
const hangUp = { Type: "Hangup", Parameters: { SipResponseCode: "0" } };
const bridge = { Type: "CallAndBridge", Parameters: { CallTimeoutSeconds: 10, CallerIdNumber: ${JSON.stringify(ownNumber)},
  Endpoints: [{ BridgeEndpointType: "PSTN", Uri: ${JSON.stringify(desk.numbers[0])} }] } };
const actions = (type, data, legs) => {
  if (type === "NEW_INBOUND_CALL") return legs[0].From === "+15105550101" ? [prompt, hangUp] : [prompt, record, bridge];
  const isOver = type === "ACTION_FAILED" || type === "HANGUP" || (type === "ACTION_SUCCESSFUL" && data.Type === "CallAndBridge");
  return isOver ? legs.filter(({ Status }) => Status === "Connected").map(({ CallId }) => ({ Type: "Hangup", Parameters: { CallId } })) : [];
};
export const handler = async ({ InvocationEventType: type, ActionData: data, CallDetails: { Participants } }) =>
  ({ SchemaVersion: "1.0", Actions: actions(type, data, Participants) });`;

test(
  "phones behind a NAT that know nothing of it call, hear and are heard, hold and resume, are called where they registered, and get our BYE",
  { skip: whyNoNat() ?? false },
  async (t) => {
    const hosts = openNat();
    const { server, phone } = hosts;
    const folder = await mkdtemp(join(tmpdir(), "offhook-nat-"));
    const programs: Program[] = [];
    const started: { onChange: () => void } = { onChange: () => undefined };
    t.after(async () => {
      await Promise.all(programs.map((program) => program.end("SIGTERM")));
      hosts.close();
      await rm(folder, { recursive: true, force: true });
    });
    for (const bucket of ["prompts", "recorded"]) await mkdir(join(folder, "objects", bucket), { recursive: true });
    await writeFile(join(folder, "objects", "prompts", "server.wav"), encodeWav(tone(440, 1_000, -12)));
    await writeFile(join(folder, "caller.wav"), encodeWav(tone(700, 20_000, -12)));
    await writeFile(join(folder, "f.mjs"), functionSource);
    const written = {
      sip: { listen: ["udp://0.0.0.0:5060"] },
      media: { workers: 1 },
      numbers: [ownNumber],
      functions: { f: "./f.mjs" },
      applications: [{ name: "f", function: "f" }],
      rules: [{ name: "f", number: ownNumber, applications: ["f"] }],
      phones: [desk],
    };
    await writeFile(join(folder, "offhook.yaml"), JSON.stringify(written));
    const running = server.run([command, "serve"], folder, () => started.onChange());
    programs.push(running);
    await new Promise<void>((resolve, reject) => {
      started.onChange = () => {
        if (/"msg":"[^"]*ready/.test(running.output())) resolve();
        else if (!running.isRunning()) reject(new Error(running.output()));
      };
      started.onChange();
    });
    const ended = async (program: Program, what: string) => {
      assert.equal(await program.ended, 0, `${what}: ${program.output()}${running.output()}`);
    };
    const printed = (program: Program, pattern: RegExp) =>
      new Promise<void>((resolve) => {
        started.onChange = () => (pattern.test(program.output()) || !program.isRunning()) && resolve();
        started.onChange();
      });
    const run = (words: readonly string[]) => {
      const program = phone.run(words, folder, () => started.onChange());
      programs.push(program);
      return program;
    };

    const registered = run([deskPeer, phone.four, server.four, desk.name, desk.password]);
    await printed(registered, /SIP\/2\.0 200 OK/);
    const holding = run([holdPeer, phone.four, server.four, ownNumber]);
    const talking = run([
      ...[command, "phone", "--listen", `udp://${phone.four}:0`, "--from", "+15105550199"],
      ...["--dial", `sip:${ownNumber}@${server.four}:5060`, "--play", "caller.wav", "--record", "heard.wav"],
    ]);

    const outputs = () => `${talking.output()}${holding.output()}${running.output()}`;
    await ended(holding, "the phone that holds");
    await ended(talking, "the phone that talks");
    await ended(registered, "the phone that registered");
    const messages = holding
      .output()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as string);
    const directions = messages.flatMap((text) => /^a=(sendrecv|recvonly|inactive)\r$/m.exec(text)?.[1] ?? []);
    assert.deepEqual([...new Set(directions)], ["sendrecv", "recvonly"]);
    assert.ok(has(readWav(join(folder, "heard.wav")), 440), `the phone hears: ${outputs()}`);
    const [recording = "none"] = readdirSync(join(folder, "objects", "recorded")).filter((name) =>
      name.endsWith(".wav"),
    );
    assert.ok(has(readWav(join(folder, "objects", "recorded", recording)), 700), `the phone is heard: ${outputs()}`);
  },
);
