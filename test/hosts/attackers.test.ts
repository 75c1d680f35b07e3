import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { encodeWav, tone } from "../../src/testing/index.ts";
import { ownNumber } from "../interop/kit.ts";
import type { Program } from "../interop/program.ts";
import { openHosts, whyNoHosts, type Hosts } from "./hosts.ts";

const command = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));
const prober = fileURLToPath(new URL("./prober.js", import.meta.url));
/** Plays a tone of this length, and hangs up. */
const toneMs = 12_000;
const functionSource = `
export const handler = async ({ InvocationEventType: type, CallDetails: { Participants } }) => ({ SchemaVersion: "1.0",
  Actions: type === "NEW_INBOUND_CALL" ? [{ Type: "PlayAudio", Parameters: { AudioSource: { Type: "S3", BucketName: "prompts", Key: "tone.wav" } } }]
    : type === "ACTION_SUCCESSFUL" ? [{ Type: "Hangup", Parameters: { SipResponseCode: "0" } }] : [] });`;

/** One server in production, a caller on its own machine who hears a tone meanwhile, and an attacker on another host. */
async function openScene() {
  const hosts = openHosts();
  const folder = await mkdtemp(join(tmpdir(), "offhook-attackers-"));
  const programs: Program[] = [];
  const watchers = new Set<() => void>();
  const onChange = () => watchers.forEach((watch) => watch());
  const keep = (program: Program) => {
    programs.push(program);
    return program;
  };
  const printed = (program: Program, pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const watch = () => {
        const isDone = pattern.test(program.output());
        if (!isDone && program.isRunning()) return;
        watchers.delete(watch);
        if (isDone) resolve();
        else reject(new Error(`it ended without ${pattern}: ${program.output()}`));
      };
      watchers.add(watch);
      watch();
    });
  await writeFiles(folder, hosts);
  const { here, there } = hosts;
  const server = keep(here.run([command, "serve"], folder, onChange));
  await printed(server, /"msg":"[^"]*ready/);
  const words = ["--dial", `sip:${ownNumber}@127.0.0.1:5060`, "--from", "+15105550101", "--record", "heard.wav"];
  const caller = keep(here.run([command, "phone", "--listen", "udp://127.0.0.1:0", ...words], folder, onChange));
  await printed(caller, /answered/i);
  return {
    ...{ hosts, folder, server, caller },
    /** What an attacking program prints. */
    async attack(program: string, ...args: readonly string[]): Promise<string> {
      const attacker = keep(there.start(program, args, folder, onChange));
      await attacker.ended;
      return attacker.output();
    },
    /** First lines of answers to these requests, each "<method>:<user>". */
    async ask(family: "four" | "six", waitMs: number, asked: readonly string[]): Promise<readonly string[]> {
      const attacker = keep(there.run([prober, there[family], here[family], `${waitMs}`, ...asked], folder, onChange));
      await attacker.ended;
      return attacker.output().trim().split("\n");
    },
    async close() {
      await Promise.all(programs.map((program) => program.end("SIGTERM")));
      hosts.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function writeFiles(folder: string, { here }: Hosts): Promise<void> {
  await mkdir(join(folder, "objects", "prompts"), { recursive: true });
  await writeFile(join(folder, "objects", "prompts", "tone.wav"), encodeWav(tone(440, toneMs, -12)));
  await writeFile(join(folder, "f.mjs"), functionSource);
  const written = {
    sip: { listen: ["udp://127.0.0.1:5060", `udp://${here.four}:5060`, `udp://[${here.six}]:5060`] },
    media: { workers: 1 },
    numbers: [ownNumber],
    functions: { f: "./f.mjs" },
    applications: [{ name: "f", function: "f" }],
    rules: [{ name: "f", number: ownNumber, applications: ["f"] }],
    trunk: { address: "udp://127.0.0.1:5070" },
    phones: [{ name: "alice", password: "correct horse battery" }],
  };
  await writeFile(join(folder, "offhook.yaml"), JSON.stringify(written));
}

describe("an attacker on another host", { skip: whyNoHosts() ?? false }, () => {
  let scene: Awaited<ReturnType<typeof openScene>>;
  before(async () => {
    scene = await openScene();
  });
  after(() => scene.close());

  it("gets the same answers for a number and names that exist and for those that do not", async () => {
    const users = [ownNumber, "+12065550199", "alice", "100"];
    const answerTo = { INVITE: "401 Unauthorized", OPTIONS: "403 Forbidden", REGISTER: "401 Unauthorized" };
    const cases = Object.entries(answerTo).flatMap(([method, line]) => users.map((user) => ({ method, user, line })));

    const answers = await scene.ask(
      "four",
      20_000,
      cases.map(({ method, user }) => `${method}:${user}`),
    );

    assert.deepEqual(
      answers,
      cases.map(({ method, user, line }) => `${method} ${user} SIP/2.0 ${line}`),
    );
  });

  it("that guesses without end hears nothing any more", async () => {
    const guesses = Array.from({ length: 60 }, (_, index) => `INVITE:${1_000 + index}`);

    const answers = await scene.ask("six", 50, guesses);

    assert.match(answers[0] ?? "", /401/);
    assert.ok(
      answers.slice(-20).every((answer) => answer.endsWith("nothing")),
      answers.join("\n"),
    );
  });

  it("with sipvicious finds no server, no extension and no password, and is banned", async () => {
    const { four } = scene.hosts.here;

    const limits = ["--maximumtime", "2", four];
    const found = await Promise.all([
      scene.attack("svmap", four),
      scene.attack("svwar", "-m", "INVITE", "-e", "100-110,12065550100", ...limits),
      scene.attack("svcrack", "-u", "100", "-r", "1-50", ...limits),
    ]);

    assert.doesNotMatch(found.join(), /Offhook|reqauth|noauth|12065550100 +\||horse/);
    assert.deepEqual(await scene.ask("four", 100, ["OPTIONS:100"]), ["OPTIONS 100 nothing"]);
  });

  it("does not disturb a call that is up, and the log has a few lines of it", async () => {
    assert.equal(await scene.caller.ended, 0, scene.caller.output());
    await scene.server.end("SIGTERM");

    const lines = scene.server.output().trim().split("\n");
    const { ledger } = JSON.parse(lines.find((line) => line.includes('"stopping"')) ?? "{}") as {
      readonly ledger: { readonly refusals: Readonly<Record<string, number>> };
    };
    const heardMs = soundMs(join(scene.folder, "heard.wav"));
    // Not all of it: on a busy machine the phone itself is late at times.
    assert.ok(heardMs > 0.5 * toneMs, `${heardMs} ms of ${toneMs} were heard`);
    assert.ok(
      (ledger.refusals["ban"] ?? 0) >= 2 && (ledger.refusals["banned"] ?? 0) > 20,
      JSON.stringify(ledger.refusals),
    );
    assert.ok(
      lines.filter((line) => /\((?:ban|stranger|scanner|unauthenticated)\)/.test(line)).length <= 8,
      lines.join("\n"),
    );
  });
});

/** How much of a recording is loud, in milliseconds. */
function soundMs(path: string): number {
  const bytes = readFileSync(path);
  const [samples, frame] = [(bytes.length - 44) >> 1, 160];
  let loud = 0;
  for (let at = 0; at + frame <= samples; at += frame) {
    let peak = 0;
    for (let index = at; index < at + frame; index++)
      peak = Math.max(peak, Math.abs(bytes.readInt16LE(44 + 2 * index)));
    if (peak > 3_000) loud += 1;
  }
  return loud * 20;
}
