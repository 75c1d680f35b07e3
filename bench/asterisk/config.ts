import { benchNumbers } from "../processes/server-words.ts";
import { murmur } from "../speech.ts";

/** What it is to do. */
export interface AsteriskWork {
  /** Where the far ends of legs take SIP, by UDP. */
  readonly farPort: number;
  /** Where a program decides about calls, by the Asterisk Gateway Interface over TCP; undefined: none does. */
  readonly deciderPort?: number;
}

/** A leg that hears a prompt again and again. */
export const playingName = "play";
/** With a port behind it: a leg that is bridged with the far end at that port. */
export const bridgedPrefix = "to";

const bytesPerSecond = 8_000;

/** Below those that systems give out by themselves. */
const rtpPorts = { first: 10_000, last: 30_000 };

const modules = [
  ...["res_timing_timerfd", "res_pjproject", "res_sorcery_config", "res_sorcery_memory", "res_sorcery_astdb"],
  ...[
    "res_pjsip",
    "res_pjsip_session",
    "res_pjsip_sdp_rtp",
    "res_pjsip_caller_id",
    "res_pjsip_endpoint_identifier_ip",
    "res_pjsip_pubsub",
  ],
  ...["chan_pjsip", "res_rtp_asterisk", "codec_ulaw", "format_pcm", "pbx_config", "app_dial", "app_playback"],
  ...["bridge_simple", "bridge_native_rtp", "res_speech", "res_agi"],
];

/** Its files of configuration and of sound, by their names in `folder`. Prompts are u-law, which is sent as it is. */
export function configOf(
  { farPort, deciderPort }: AsteriskWork,
  folder: string,
  sipPort: number,
): Readonly<Record<string, string | Uint8Array>> {
  return {
    "asterisk.conf": ini({
      directories: {
        ...{ astetcdir: folder, astdbdir: folder, astspooldir: folder, astrundir: folder, astlogdir: folder },
        ...{ astmoddir: "/usr/lib/x86_64-linux-gnu/asterisk/modules", astvarlibdir: "/var/lib/asterisk" },
        astdatadir: "/usr/share/asterisk",
      },
      options: { highpriority: "yes", maxfiles: 60_000 },
    }),
    "modules.conf": ini({ modules: { autoload: "no" } }) + modules.map((name) => `load = ${name}.so\n`).join(""),
    "logger.conf": ini({ general: {}, logfiles: { messages: "error" } }),
    "cdr.conf": ini({ general: { enable: "no" } }),
    "rtp.conf": ini({ general: { rtpstart: rtpPorts.first, rtpend: rtpPorts.last } }),
    "pjsip.conf": pjsip(farPort, sipPort),
    "extensions.conf": dialplan(folder, farPort, deciderPort),
    "second.ulaw": prompt(1),
    "long.ulaw": prompt(60),
  };
}

function pjsip(farPort: number, sipPort: number): string {
  return [
    `[udp]\ntype=transport\nprotocol=udp\nbind=127.0.0.1:${sipPort}`,
    "[bench]\ntype=endpoint\ntransport=udp\ncontext=bench\ndisallow=all\nallow=ulaw\ndirect_media=no\naors=bench\ntimers=no",
    `[bench]\ntype=aor\ncontact=sip:127.0.0.1:${farPort}`,
    "[bench]\ntype=identify\nendpoint=bench\nmatch=127.0.0.1\n",
  ].join("\n\n");
}

function dialplan(folder: string, farPort: number, deciderPort: number | undefined): string {
  const long = `${folder}/long`;
  const again = (name: string) => [
    `exten => ${name},1,Answer()`,
    ` same => n(again),Playback(${long})`,
    " same => n,Goto(again)",
  ];
  const decided =
    deciderPort === undefined
      ? []
      : [`exten => ${benchNumbers.second},1,AGI(agi://127.0.0.1:${deciderPort}${folder}/second)`];
  return [
    "[bench]",
    ...again(playingName),
    ...again(benchNumbers.long),
    `exten => _${bridgedPrefix}X.,1,Dial(PJSIP/bench/sip:\${EXTEN:${bridgedPrefix.length}}@127.0.0.1:${farPort})`,
    ...decided,
    "",
  ].join("\n");
}

function prompt(seconds: number): Uint8Array {
  const { audio } = murmur.voices[0] ?? { audio: new Uint8Array(bytesPerSecond) };
  return Uint8Array.from({ length: seconds * bytesPerSecond }, (_, index) => audio[index % audio.length] ?? 0);
}

function ini(sections: Readonly<Record<string, Readonly<Record<string, string | number>>>>): string {
  return Object.entries(sections)
    .map(([name, values]) => {
      const lines = Object.entries(values).map(([key, value]) => `${key} = ${value}\n`);
      return `[${name}]\n${lines.join("")}`;
    })
    .join("");
}
