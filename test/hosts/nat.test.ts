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

/** Says 440 Hz, records a second, and hangs up; a phone that holds is hung up on when it has resumed. */
const functionSource = `
const prompt = { Type: "PlayAudio", Parameters: { AudioSource: { Type: "S3", BucketName: "prompts", Key: "server.wav" } } };
const record = { Type: "RecordAudio", Parameters: { DurationInSeconds: "1", RecordingDestination: { Type: "S3", BucketName: "recorded" } } };
const hangUp = { Type: "Hangup", Parameters: { SipResponseCode: "0" } };
export const handler = async ({ InvocationEventType: type, CallDetails: { Participants } }) =>
  ({ SchemaVersion: "1.0", Actions: type !== "NEW_INBOUND_CALL" ? [] :
    Participants[0].From === "+15105550101" ? [prompt, hangUp] : [prompt, record, hangUp] });`;

test(
  "phones behind a NAT that know nothing of it call, hear and are heard, hold and resume, and get our BYE",
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
      numbers: [ownNumber],
      functions: { f: "./f.mjs" },
      applications: [{ name: "f", function: "f" }],
      rules: [{ name: "f", number: ownNumber, applications: ["f"] }],
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
    const run = (words: readonly string[]) => {
      const program = phone.run(words, folder, () => undefined);
      programs.push(program);
      return program;
    };

    const holding = run([holdPeer, phone.four, server.four, ownNumber]);
    const talking = run([
      ...[command, "phone", "--listen", `udp://${phone.four}:0`, "--from", "+15105550199"],
      ...["--dial", `sip:${ownNumber}@${server.four}:5060`, "--play", "caller.wav", "--record", "heard.wav"],
    ]);

    const outputs = () => `${talking.output()}${holding.output()}${running.output()}`;
    assert.deepEqual([await holding.ended, await talking.ended], [0, 0], outputs());
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
