import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pcmFromSamples, type Pcm } from "../../src/media/index.ts";
import { readTelephoneAudio, sox } from "./baresip.ts";
import type { CallKit } from "./kit.ts";
import { freePort } from "./ports.ts";
import { startProgram } from "./program.ts";

/** Linphone's command line, which has registered with the server. */
export interface Linphone {
  /** Calls a number at the server. */
  dial(number: string): void;
  hangUp(): void;
  /** What it heard so far. */
  heard(): Pcm;
}

/** Starts it with files in place of a microphone and a loudspeaker; it answers by itself. Resolves when it has registered.
 * @param saysHz frequency of the tone that it says */
export async function startLinphone(
  kit: CallKit,
  account: { readonly username: string; readonly password: string },
  saysHz: number,
): Promise<Linphone> {
  const port = await freePort();
  const folder = join(kit.folder, `linphone-${port}`);
  // Its folder is its home. Without this one for its calls and keys it does not register.
  await mkdir(join(folder, ".local", "share", "linphone"), { recursive: true });
  const [mouth, ear] = [join(folder, "mouth.wav"), join(folder, "ear.wav")];
  sox("-n", "-r", "8000", "-c", "1", "-b", "16", mouth, "synth", "60", "sine", String(saysHz), "gain", "-12");
  const lines = ["[sip]", `sip_port=${port}`, "sip_tcp_port=0", "sip_tls_port=0", "bind_address=127.0.0.1"];
  await writeFile(join(folder, "rc"), [...lines, "[rtp]", `audio_rtp_port=${await freePort(2)}`, ""].join("\n"));

  const before = kit.server.ledger().registrations;
  const program = startProgram("env", [`HOME=${folder}`, "linphonec", "-c", join(folder, "rc")], {
    folder,
    onChange: kit.onChange,
  });
  kit.watch(program);
  const { host, port: at } = kit.address("udp");
  for (const line of [
    "soundcard use files",
    `play ${mouth}`,
    `record ${ear}`,
    "autoanswer enable",
    `register sip:${account.username}@${host}:${at} sip:${host}:${at} ${account.password}`,
  ])
    program.tell(line);
  await kit.until("linphone is registered", () => {
    if (!program.isRunning()) throw new Error(`linphone ended at once: ${program.output()}`);
    return kit.server.ledger().registrations > before;
  });
  return {
    dial: (number) => program.tell(`call sip:${number}@${host}:${at}`),
    hangUp: () => program.tell("terminate"),
    heard: () => (hasHead(ear) ? readTelephoneAudio(ear) : pcmFromSamples([])),
  };
}

/** Linphone leaves room for the head of the file, and fills it in once the audio is written. */
function hasHead(path: string): boolean {
  return existsSync(path) && readFileSync(path).subarray(0, 4).toString("latin1") === "RIFF";
}
