import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { pcmFromSamples, type Pcm } from "../../src/media/index.ts";
import type { SipAddress } from "../../src/sip/index.ts";
import { printSipUri } from "../../src/sip-syntax/index.ts";
import type { CallKit } from "./kit.ts";
import { ownNumber, peerNumber } from "./kit.ts";
import { freePort, isBoundBy } from "./ports.ts";
import { startProgram } from "./program.ts";

/** A baresip that can be told what to do, and that keeps what it hears. */
export interface Baresip {
  readonly address: SipAddress;
  /** The events that it told, for example CALL_ESTABLISHED. */
  readonly events: readonly string[];
  /** Calls the server, over UDP unless told otherwise. */
  dial(number?: string, transport?: SipAddress["transport"]): void;
  /** Presses one key, as a telephone-event. */
  press(key: string): void;
  accept(): void;
  hangUp(): void;
  hold(): void;
  resume(): void;
  /** What it heard in its one call, once that is over. */
  heard(): Promise<Pcm>;
}

export interface BaresipOptions {
  /** Answers by itself; default true. */
  readonly answers?: boolean;
  /** Names as baresip knows them; default "PCMU,PCMA". */
  readonly codecs?: string;
  /** Frequency of the tone that it says without end, Hz; default silence. */
  readonly saysHz?: number;
  /** Further parameters of its account, such as `;outbound="sip:192.0.2.1"`; default none. */
  readonly account?: string;
  /** Registers with the server as this phone; default: it does not, and calls of the server go to it. */
  readonly registers?: {
    readonly username: string;
    readonly password: string;
    readonly transport: SipAddress["transport"];
  };
}

/** Starts baresip without sound hardware: it speaks from a file, and a filter writes what it decodes to a WAV file.
 * Calls of the server go there from now on. Resolves when it listens. */
export async function startBaresip(kit: CallKit, options: BaresipOptions = {}): Promise<Baresip> {
  const { answers = true, codecs = "PCMU,PCMA", saysHz, account: more = "", registers } = options;
  const before = kit.server.ledger().registrations;
  // SIP, and its next for SIP over TLS.
  const address: SipAddress = { transport: "udp", host: "127.0.0.1", port: await freePort(2) };
  const control = { transport: "tcp", port: await freePort() } as const;
  const folder = join(kit.folder, `baresip-${address.port}`);
  await mkdir(folder);
  sox("-n", "-r", "8000", "-c", "1", "-b", "16", join(folder, "mouth.wav"), ...speechOf(saysHz));
  const mode = answers ? "auto" : "manual";
  const account =
    registers === undefined
      ? `<sip:${peerNumber}@127.0.0.1:${address.port}>;regint=0`
      : `<${printSipUri({ ...kit.address(registers.transport), user: registers.username })}>;auth_pass=${registers.password};regint=60`;
  await writeFile(join(folder, "accounts"), `${account};answermode=${mode};audio_codecs=${codecs}${more}\n`);
  await writeFile(join(folder, "contacts"), "");
  await writeFile(join(folder, "config"), configuration(folder, address.port, control.port));

  const program = startProgram("baresip", ["-4", "-f", folder], { folder, onChange: kit.onChange });
  kit.watch(program);
  await kit.until("baresip listens", async () => {
    if (!program.isRunning()) throw new Error(`baresip ended at once: ${program.output()}`);
    return (await isBoundBy(program.pid, address)) && (await isBoundBy(program.pid, control));
  });
  if (registers === undefined) kit.routeTo(address);

  const socket = connect(control.port, "127.0.0.1");
  await once(socket, "connect");
  const events: string[] = [];
  let received = "";
  socket.setEncoding("utf8").on("data", (text: string) => {
    received += text;
    const types = [...received.matchAll(/"event":true,"type":"(\w+)"/g)].map(([, type]) => type ?? "");
    events.splice(0, events.length, ...types);
    kit.onChange();
  });
  socket.on("error", () => socket.destroy());
  if (registers !== undefined)
    await kit.until(`baresip is registered as ${registers.username}`, () => kit.server.ledger().registrations > before);
  const tell = (command: string, params = "") => {
    const text = JSON.stringify({ command, params });
    socket.write(`${text.length}:${text},`);
  };
  return {
    address,
    events,
    dial: (number = ownNumber, transport = "udp") =>
      tell("dial", printSipUri({ ...kit.address(transport), transport, user: number })),
    press: (key) => tell("sndcode", key),
    accept: () => tell("accept"),
    hangUp: () => tell("hangup"),
    hold: () => tell("hold"),
    resume: () => tell("resume"),
    heard: async () => {
      await kit.until("baresip's call is over", () => events.includes("CALL_CLOSED"));
      const file = (await readdir(folder)).find((name) => name.endsWith("-dec.wav"));
      return file === undefined ? pcmFromSamples([]) : readTelephoneAudio(join(folder, file));
    },
  };
}

function speechOf(saysHz: number | undefined): readonly string[] {
  return saysHz === undefined ? ["trim", "0", "60"] : ["synth", "60", "sine", String(saysHz), "gain", "-12"];
}

function configuration(folder: string, port: number, controlPort: number): string {
  return [
    "module_path /usr/lib/baresip/modules",
    ...["g711", "g722", "aufile", "aubridge", "sndfile", "srtp"].map((name) => `module ${name}.so`),
    "module_tmp account.so",
    "module_app menu.so",
    "module_app ctrl_tcp.so",
    `ctrl_tcp_listen 127.0.0.1:${controlPort}`,
    `sip_listen 127.0.0.1:${port}`,
    "net_interface 127.0.0.1",
    `audio_source aufile,${join(folder, "mouth.wav")}`,
    "audio_player aubridge,ear",
    "audio_alert aubridge,bell",
    "ausrc_srate 8000",
    "auplay_srate 8000",
    "ausrc_channels 1",
    "auplay_channels 1",
    `snd_path ${folder}`,
    "",
  ].join("\n");
}

/** Runs sox; gives what it writes to standard output. */
export function sox(...words: readonly string[]): Buffer {
  const { status, stdout, stderr } = spawnSync("sox", ["-V1", ...words], { maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`sox ${words.join(" ")}: ${stderr.toString()}`);
  return stdout;
}

/** Reads a WAV file of any form as the telephone has it. */
export function readTelephoneAudio(path: string): Pcm {
  const raw = sox(path, "-t", "raw", "-r", "8000", "-c", "1", "-e", "signed-integer", "-b", "16", "-L", "-");
  return pcmFromSamples(Array.from({ length: raw.length >> 1 }, (_, index) => raw.readInt16LE(index * 2)));
}

/** A WAV file of a sine that sox made, of a form that is not the telephone's: 24 bit, 16 kHz, stereo. */
export function toneFile(frequencyHz: number, durationMs: number, levelDbfs: number): Uint8Array {
  const form = ["-n", "-r", "16000", "-c", "2", "-b", "24", "-t", "wav", "-"];
  const seconds = String(durationMs / 1000);
  return sox(...form, "synth", seconds, "sine", String(frequencyHz), "gain", String(levelDbfs));
}
