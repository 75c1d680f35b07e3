import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { startProgram } from "../interop/program.ts";
import { firefoxDeviceHz } from "./browser.ts";
import { hears, shown } from "./hearing.ts";
import { browserTest, sharedBrowser, since, type Scene } from "./scene.ts";
import { playSoftphones } from "./softphone-scene.ts";

/** Firefox sends no media to 127.0.0.1. So the server, Firefox and the phone are on a host of their own: a network namespace with one
 * more address and no way out, in which this file runs once more. */
const address = "10.66.0.1";
const host = [
  ...[
    "unshare",
    "--map-root-user",
    "--net",
    "env",
    "-u",
    "NODE_TEST_CONTEXT",
    `OFFHOOK_TEST_HOST=${address}`,
    "sh",
    "-c",
  ],
  `ip link set lo up && ip address add ${address}/32 dev lo && ip route add default dev lo src ${address} && exec "$@"`,
  "sh",
] as const;

// Acceptance: 30
const title = "meetings, 30: Firefox joins, hears and is heard";

if (process.env["OFFHOOK_TEST_HOST"] === address) {
  browserTest(title, "firefox-esr", joinAndTalk, address);
  test("JsSIP and SIP.js in Firefox: register, call, are called, hold, press keys and are bridged", async (t) => {
    await playSoftphones(await sharedBrowser("firefox-esr"), (step, body) => t.test(step, body), address);
  });
} else test(title, { skip: whyNoHost() ?? false }, playOnHost);

function whyNoHost(): string | undefined {
  const [command, ...words] = [...host, "true"] as const;
  const { status, stderr, error } = spawnSync(command, words, { encoding: "utf8" });
  return status === 0 ? undefined : `the system allows no network namespaces: ${error?.message ?? stderr.trim()}`;
}

async function playOnHost(): Promise<void> {
  const [command, ...words] = [
    ...host,
    process.execPath,
    "--enable-source-maps",
    fileURLToPath(import.meta.url),
  ] as const;
  const program = startProgram(command, words, { folder: process.cwd(), onChange: () => undefined });
  const outcome = await program.ended;
  if (outcome !== 0) throw new Error(`on a host of its own, ended with ${outcome}: ${program.output()}`);
  console.log(program.output());
}

async function joinAndTalk({ t, room: openOne }: Scene): Promise<void> {
  const [ada, ben, cy] = [firefoxDeviceHz, 610, 890];
  const quiet = -20;
  const room = await openOne();
  const phone = await room.phone("Cy", { tone: [cy, quiet] });
  const first = await room.browse("Ada", { usesDevice: true });
  t.diagnostic(`audioVideoDidStart ${since(await first.until("joining"), await first.until("started"))} after start()`);
  await first.until("presence", { externalUserId: "Cy", present: true });

  await t.test("it and a phone hear each other", async (step) => {
    step.diagnostic(`the phone: ${shown(await hears(phone, { tones: [ada], not: [cy] }))}`);
    step.diagnostic(`the browser: ${shown(await hears(first, { tones: [cy], not: [ada] }))}`);
  });

  await t.test("a second page, with the client of two years before, hears both", async (step) => {
    const second = await room.browse("Ben", { tones: [[ben, quiet]], client: "twoYearsOld" });
    step.diagnostic(`the second: ${shown(await hears(second, { tones: [ada, cy], not: [ben] }))}`);
    await hears(first, { tones: [ben, cy], not: [ada] });
    await second.leave();
    await second.until("stopped", { status: 1 });
  });

  await t.test("a camera is refused, and the audio goes on", async () => {
    await first.startCamera();
    await first.until("video-unavailable");
    await hears(phone, { tones: [ada], not: [cy] });
    await hears(first, { tones: [cy], not: [ada] });
  });

  await t.test("it mutes, and leaves by stop()", async () => {
    await first.mute();
    await hears(phone, { tones: [], not: [ada] });
    await first.leave();
    await first.until("stopped", { status: 1 });
  });
}
