import { printSipUri, withBrackets } from "../../sip-syntax/index.ts";
import { errorMessage, silentLogger, systemClock, type Clock } from "../../kernel/index.ts";
import {
  createMedia,
  createPhone,
  summarizeReport,
  type Greeting,
  type Media,
  type Phone,
  type PhoneRegistrar,
  type PhoneCall,
  type Pcm,
  type SipAddress,
  type SipHeader,
  type SipTraceEntry,
  type SrtpPolicy,
  type ToldRegistration,
} from "../../phone/index.ts";
import { loadWav, saveHeard, speak } from "./audio.ts";
import type { PhoneTerminal } from "./terminal.ts";

/** What a phone on the command line is to do. */
export interface PhoneSettings {
  readonly listen: SipAddress;
  /** URI to call; undefined: wait for calls. */
  readonly dial: string | undefined;
  readonly from?: string;
  /** What its calls prove with that they are of `from`. */
  readonly password?: string;
  /** Where it registers, and as whom; undefined: nowhere. */
  readonly register: PhoneRegistrar | undefined;
  readonly headers: readonly SipHeader[];
  readonly greeting: Greeting;
  readonly say?: string;
  /** A WAV file. */
  readonly play?: string;
  readonly sayAfter: number;
  readonly keys?: string;
  readonly keysAfter: number;
  /** The WAV file to write. */
  readonly record?: string;
  readonly hangUpAfter?: number;
  /** Whether audio is encrypted; undefined: as whoever calls offers it. */
  readonly srtp?: SrtpPolicy;
  /** End after the first call. */
  readonly once: boolean;
  /** Print SIP messages. */
  readonly trace: boolean;
}

/** Runs the phone until its call is over, or the user ends it.
 * @returns the exit code: 0 when a call was answered, else 1. Rejects with `PHONE_BAD_FILE`, `MEDIA_UNSUPPORTED_AUDIO`,
 * `SIP_BIND_FAILED` and the codes of speech. */
export async function runPhone(settings: PhoneSettings, terminal: PhoneTerminal): Promise<number> {
  const media = await createMedia({
    address: settings.listen.host,
    portRange: { min: 0, max: 0 },
    log: silentLogger,
  });
  try {
    return await runWithMedia(settings, terminal, media);
  } finally {
    await media.close();
  }
}

async function runWithMedia(settings: PhoneSettings, terminal: PhoneTerminal, media: Media): Promise<number> {
  const audio = [
    ...(settings.say === undefined ? [] : [await speak(settings.say)]),
    ...(settings.play === undefined ? [] : [await loadWav(media, settings.play)]),
  ];
  const print = stampedPrinter(terminal, systemClock);
  const phoneConsole = createPhoneConsole(settings, audio, print);
  const phone = await createPhone({
    listen: settings.listen,
    media,
    greeting: settings.greeting,
    clock: systemClock,
    log: silentLogger,
    onCall: phoneConsole.take,
    onDigit: (_call, digit) => print(`heard key ${digit}`),
    ...(settings.from === undefined ? {} : { user: userOf(settings.from) }),
    ...(settings.register !== undefined || settings.from === undefined || settings.password === undefined
      ? {}
      : { account: { username: userOf(settings.from), password: settings.password } }),
    ...(settings.register === undefined
      ? {}
      : { registrar: { ...settings.register, onTold: (told) => print(describeTold(settings.register, told)) } }),
    ...(settings.srtp === undefined ? {} : { srtp: settings.srtp }),
    ...(settings.trace ? { onTrace: (entry: SipTraceEntry) => print(describeTrace(entry)) } : {}),
  });
  const stopListening = terminal.listen((key) => phoneConsole.press(key));
  try {
    begin(settings, phone, phoneConsole, print);
    if (terminal.isInteractive)
      print("keys 0-9 * # are pressed in the call, Enter answers, h holds and resumes, q hangs up");
    await Promise.race([phoneConsole.done, terminal.stopped()]);
  } finally {
    stopListening();
    await phone.close();
    await phoneConsole.tidy();
  }
  return phoneConsole.wasAnswered() ? 0 : 1;
}

function begin(settings: PhoneSettings, phone: Phone, phoneConsole: PhoneConsole, print: (line: string) => void): void {
  if (settings.dial === undefined) {
    const { transport, host, port } = phone.address;
    const user = settings.from === undefined ? "phone" : userOf(settings.from);
    print(`waiting for calls at ${printSipUri({ user, host, port })} (${transport})`);
    return;
  }
  const { from, headers } = settings;
  print(`calling ${settings.dial}`);
  phoneConsole.take(phone.dial(settings.dial, { headers, ...(from === undefined ? {} : { from }) }));
}

/** All calls of the phone, and what is done in each. */
interface PhoneConsole {
  take(call: PhoneCall): void;
  /** A key of the keyboard. */
  press(key: string): void;
  /** Resolves when the phone has nothing more to do. */
  readonly done: Promise<void>;
  /** Resolves when all that was said about calls is printed. Rejects with `PHONE_BAD_FILE` when a recording could not be written. */
  tidy(): Promise<void>;
  wasAnswered(): boolean;
}

function createPhoneConsole(
  settings: PhoneSettings,
  audio: readonly Pcm[],
  print: (line: string) => void,
): PhoneConsole {
  const live: PhoneCall[] = [];
  const held = new Set<PhoneCall>();
  const endings: Promise<void>[] = [];
  let answered = false;
  let recorded = 0;
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (finish = resolve));

  const follow = async (call: PhoneCall) => {
    const report = await call.ended;
    live.splice(live.indexOf(call), 1);
    held.delete(call);
    answered ||= report.answered;
    for (const line of summarizeReport(report)) print(line);
    if (settings.dial !== undefined && (report.end.type === "transport" || report.end.type === "timeout")) {
      print(`is a server at ${settings.dial.replace(/^[^@]*@/, "")}? Say where it is with --server <host:port>`);
    }
    try {
      if (settings.record !== undefined && report.answered) {
        print(`what was heard is in ${await saveHeard(settings.record, ++recorded, report.heard)}`);
      }
    } finally {
      if (settings.once) finish();
    }
  };

  const holdOrResume = (call: PhoneCall) => {
    const isHeld = held.has(call);
    const told = () => {
      if (isHeld) held.delete(call);
      else held.add(call);
      print(isHeld ? "resumed" : "held");
    };
    (isHeld ? call.resume() : call.hold()).then(told, (error: unknown) => print(errorMessage(error)));
  };

  return {
    done,
    wasAnswered: () => answered,
    take: (call) => {
      live.push(call);
      if (call.direction === "incoming") printIncoming(call, print);
      else call.ringing.then((status) => print(`ringing (${status})`), ignore);
      call.answered.then(() => act(call, settings, audio, print), ignore);
      const ending = follow(call);
      ending.catch(ignore);
      endings.push(ending);
    },
    press: (key) => {
      const call = live.at(-1);
      if (key === "q") {
        if (call === undefined) finish();
        else call.hangUp();
      } else if (key === "\r" || key === "\n") call?.answer();
      else if (call !== undefined && key === "h") holdOrResume(call);
      else if (call !== undefined && /^[0-9*#a-d]$/i.test(key)) {
        call.pressKeys(key).then(() => print(`pressed ${key.toUpperCase()}`), ignore);
      }
    },
    tidy: async () => void (await Promise.all(endings)),
  };
}

/** Does in an answered call what was asked for. A call that ends before says so by itself. */
function act(call: PhoneCall, settings: PhoneSettings, audio: readonly Pcm[], print: (line: string) => void): void {
  print("answered");
  const { sayAfter, keys, keysAfter, hangUpAfter } = settings;
  const play = () => {
    Promise.all(audio.map((pcm) => call.play(pcm))).then(() => print("played all"), ignore);
  };
  const timers = [
    ...(audio.length === 0 ? [] : [systemClock.startTimer(sayAfter, play)]),
    ...(keys === undefined
      ? []
      : [
          systemClock.startTimer(keysAfter, () => {
            call.pressKeys(keys).then(() => print(`pressed ${keys}`), ignore);
          }),
        ]),
    ...(hangUpAfter === undefined ? [] : [systemClock.startTimer(hangUpAfter, () => call.hangUp())]),
  ];
  void call.ended.then(() => {
    for (const timer of timers) timer.cancel();
  });
}

function printIncoming(call: PhoneCall, print: (line: string) => void): void {
  print(`call from ${call.remoteUser || "somebody unnamed"}`);
  for (const { name, value } of call.headers) if (/^x-/i.test(name)) print(`  ${name}: ${value}`);
}

function describeTrace({ direction, startLine, peer, isRetransmission }: SipTraceEntry): string {
  const way = direction === "sent" ? "->" : "<-";
  return `${way} ${startLine} (${peer.host}:${peer.port})${isRetransmission ? " again" : ""}`;
}

/** What became of the registration, in words. */
function describeTold(registrar: PhoneRegistrar | undefined, told: ToldRegistration): string {
  const { username = "", server = { host: "", port: 0 } } = registrar ?? {};
  const at = `${withBrackets(server.host)}:${server.port}`;
  return told.is === "registered"
    ? `registered at ${at} as ${username} for ${told.grantedS} s`
    : `not registered at ${at} as ${username}: ${told.why}; tried again in ${Math.ceil(told.againInS)} s`;
}

function stampedPrinter(terminal: PhoneTerminal, clock: Clock): (line: string) => void {
  const startedAtMs = clock.monotonicMs();
  return (line) => terminal.print(`${((clock.monotonicMs() - startedAtMs) / 1000).toFixed(3).padStart(8)}  ${line}`);
}

function userOf(from: string): string {
  return /^sips?:([^@;]*)@/i.exec(from)?.[1] ?? from;
}

function ignore(): void {}
