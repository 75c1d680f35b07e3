import { createLocalFiles, type RecordingFiles } from "../node/recorder/recording-files.ts";
import { useOpus } from "../codec/opus/library.ts";
import { createRandomUint32 } from "./random-words.ts";
import { createRtpSession, type RtpSession, type RtpSessionEvents } from "./session.ts";
import { HostedMixer } from "./hosted-mixer.ts";
import { HostedSession, type HostOfSession } from "./hosted-session.ts";
import { createThrift } from "./thrift.ts";
import { createTicker, type Ticker } from "./ticker.ts";
import { createOwnAddresses } from "../link/machine-addresses.ts";
import { createLateness } from "./lateness.ts";
import { openBrowserPort, type BrowserPort } from "../link/browser-port.ts";
import { createPacketBuffers } from "../link/packet-buffer.ts";
import { openDatagramLink } from "../link/datagram-link.ts";
import { createPacketCounts, type PacketCounts } from "../stream/quality/packet-counts.ts";
import { errorCode, errorMessage, type Clock } from "../../kernel/index.ts";
import type { PacketAddress, PacketIo } from "../io/packet-io.ts";
import type { Link, LinkOwner } from "../link/link.ts";
import type {
  RtpCommand,
  RtpEvent,
  RtpReply,
  RtpWorkerSetting,
  SessionNumber,
  MixerCommand,
  MixerNumber,
} from "./messages.ts";

/** Carries the sessions of one thread: commands in, events out. */
export interface RtpHost {
  handle(command: RtpCommand): void;
  /** How late ticks were since the last look, 99th percentile, milliseconds. */
  takeLatenessMs(): number;
  sessionCount(): number;
  /** This thread has used so much of a processor, as a share: where that is a lot, mixers give quality for time. */
  noteShare(share: number): void;
}

/** The session of a link, once it exists. */
interface SessionHolder {
  session?: RtpSession;
}

type Command<Type extends RtpCommand["type"]> = Extract<RtpCommand, { readonly type: Type }>;

/** What a host has of its thread. */
export interface HostThread {
  /** Where its recordings are written; in the calling thread when absent. */
  readonly files?: RecordingFiles;
  /** Time as it passes while something is worked on, where that of its clock stands still then. */
  readonly workMs?: () => number;
  /** Told whether packets may wait, so that the thread wakes less often: they may not while two sessions hear each other. */
  readonly setPatient?: (isPatient: boolean) => void;
}

/** Makes a host on a clock and a way to the network; knows of no thread itself. */
export function createRtpHost(
  io: PacketIo,
  clock: Clock,
  setting: RtpWorkerSetting,
  emit: (event: RtpEvent) => void,
  thread: HostThread = {},
): RtpHost {
  return new Host(io, clock, setting, emit, thread);
}

class Host implements RtpHost, HostOfSession {
  readonly clock: Clock;
  readonly files: RecordingFiles;
  readonly emit: (event: RtpEvent) => void;
  readonly #io: PacketIo;
  readonly #workMs: () => number;
  readonly #setPatient: (isPatient: boolean) => void;
  #bridgeCount = 0;
  readonly #setting: RtpWorkerSetting;
  /** Epoch time at monotonic 0. */
  readonly #wallStartMs: number;
  readonly #hosted = new Map<SessionNumber, HostedSession>();
  /** What was asked of sessions that are being opened. */
  readonly #opening = new Map<SessionNumber, RtpCommand[]>();
  readonly #thrift = createThrift();
  #isBusy = false;
  readonly #mixers = new Map<MixerNumber, HostedMixer>();
  /** One ring per packet time. */
  readonly #tickers = new Map<number, Ticker>();
  readonly #lateness = createLateness();
  #latestFault = "";
  readonly #isOwnAddress: (address: string) => boolean;
  readonly #counts: PacketCounts;
  readonly #buffers = createPacketBuffers();
  readonly #randomUint32 = createRandomUint32();
  /** Opened with the first session with a browser. */
  #browserPort: Promise<BrowserPort> | undefined;

  constructor(
    io: PacketIo,
    clock: Clock,
    setting: RtpWorkerSetting,
    emit: (event: RtpEvent) => void,
    {
      files = createLocalFiles(setting.diskTurns ?? 1),
      workMs = () => clock.monotonicMs(),
      setPatient = () => undefined,
    }: HostThread,
  ) {
    this.#io = io;
    this.clock = clock;
    this.#setting = setting;
    this.emit = emit;
    this.#wallStartMs = clock.now() - clock.monotonicMs();
    this.#isOwnAddress = createOwnAddresses(clock);
    this.#counts = createPacketCounts(setting.counts);
    this.files = files;
    this.#workMs = workMs;
    this.#setPatient = setPatient;
    setPatient(true);
  }

  handle(command: RtpCommand): void {
    const waiting = "session" in command ? this.#opening.get(command.session) : undefined;
    if (waiting !== undefined) return void waiting.push(command);
    if (command.type === "open") return this.#watch(this.#open(command));
    if (command.type === "open-browser") return this.#watch(this.#openBrowser(command));
    if (command.type === "use-opus") return useOpus(command.module);
    if ("mixer" in command && command.type !== "sit-far") return this.#handleMixer(command);
    const hosted = this.#hosted.get(command.session);
    if (hosted === undefined) return;
    if (command.type === "close") this.#watch(this.#close(hosted, command));
    else if (command.type === "join") this.#join(hosted, command.other);
    else hosted.handle(command);
  }

  #handleMixer(command: MixerCommand | Command<"open-mixer" | "close-mixer">): void {
    const mixer = this.#mixers.get(command.mixer);
    if (command.type === "open-mixer") {
      const opened = new HostedMixer(command.mixer, command.rateHz, this);
      opened.setBusy(this.#isBusy);
      this.#mixers.set(command.mixer, opened);
    } else if (command.type === "close-mixer") {
      mixer?.close();
      this.#mixers.delete(command.mixer);
    } else mixer?.handle(command, (number) => this.#hosted.get(number));
  }

  takeLatenessMs(): number {
    return this.#lateness.take();
  }

  sessionCount(): number {
    return this.#hosted.size;
  }

  noteShare(share: number): void {
    const isBusy = this.#thrift.note(share);
    if (isBusy === this.#isBusy) return;
    this.#isBusy = isBusy;
    for (const mixer of this.#mixers.values()) mixer.setBusy(isBusy);
  }

  noteLateness(latenessUs: number, missedTicks: number): void {
    this.#lateness.note(latenessUs, missedTicks);
  }

  noteBridge(change: 1 | -1): void {
    this.#bridgeCount += change;
    this.#setPatient(this.#bridgeCount === 0);
  }

  tickerOf(ptimeMs: number): Ticker {
    const known = this.#tickers.get(ptimeMs);
    if (known !== undefined) return known;
    const ticker = createTicker(this.clock, ptimeMs, (error) => this.#fault(error));
    this.#tickers.set(ptimeMs, ticker);
    return ticker;
  }

  async #open(command: Command<"open">): Promise<void> {
    // Datagrams that come before the session exists are nobody's.
    const holder: SessionHolder = {};
    const { address, port, descriptors, session } = command;
    const waiting: RtpCommand[] = [];
    this.#opening.set(session, waiting);
    const outcome = await openDatagramLink(
      this.#io,
      {
        address,
        port,
        descriptors,
        isOwnAddress: this.#isOwnAddress,
        buffers: this.#buffers,
        nowMs: () => this.clock.monotonicMs(),
      },
      this.#ownerOf(holder),
    );
    this.#opening.delete(session);
    if (outcome.type === "failed") {
      this.#reply(command.request, { type: "open-failed", systemCode: outcome.systemCode, why: outcome.why });
    } else {
      holder.session = this.#host(session, outcome.link);
      this.#reply(command.request, { type: "opened", port: outcome.link.port });
    }
    for (const next of waiting) this.handle(next);
  }

  async #openBrowser(command: Command<"open-browser">): Promise<void> {
    this.#browserPort ??= this.#openBrowserPort(command);
    try {
      const port = await this.#browserPort;
      const holder: SessionHolder = {};
      const { session } = command;
      const link = port.open(command.link, {
        ...this.#ownerOf(holder),
        onConnected: () => this.emit({ type: "connected", session }),
        onLost: (why) => this.emit({ type: "disconnected", session, why }),
      });
      holder.session = this.#host(session, link);
      const { ssrc } = holder.session.sender;
      this.#reply(command.request, { type: "browser-opened", port: link.port, ssrc });
    } catch (error) {
      this.#browserPort = undefined;
      const [systemCode, why] = [errorCode(error) ?? "", errorMessage(error)];
      this.#reply(command.request, { type: "open-failed", systemCode, why });
    }
  }

  #openBrowserPort({ address, port, certificate }: Command<"open-browser">): Promise<BrowserPort> {
    return openBrowserPort(this.#io, {
      ...{ address, port, certificate, clock: this.clock, workMs: this.#workMs },
      dropped: (cause) => this.#counts.dropped(cause),
      fault: (error) => this.#fault(error),
    });
  }

  #host(number: SessionNumber, link: Link): RtpSession {
    const session = createRtpSession(link, eventsOf(number, this.emit), {
      rtpTimeoutMs: this.#setting.rtpTimeoutMs,
      holdTimeoutMs: this.#setting.holdTimeoutMs,
      wallStartMs: this.#wallStartMs,
      cname: newCname(this.#randomUint32),
      randomUint32: this.#randomUint32,
      counts: this.#counts,
    });
    this.#hosted.set(number, new HostedSession(session, link, this));
    return session;
  }

  /** Takes the packets of a link for a session, which may not exist yet. */
  #ownerOf(holder: SessionHolder): LinkOwner {
    return {
      receiveRtp: (packet: Uint8Array, source: PacketAddress) => {
        try {
          holder.session?.receiveRtp(packet, source, this.clock.monotonicMs());
        } catch (error) {
          this.#fault(error);
        }
      },
      receiveRtcp: (packet: Uint8Array, source: PacketAddress) => {
        try {
          holder.session?.receiveRtcp(packet, source, this.clock.monotonicMs());
        } catch (error) {
          this.#fault(error);
        }
      },
      dropped: (cause) => holder.session?.dropped(cause),
    };
  }

  #join(hosted: HostedSession, otherNumber: SessionNumber): void {
    const partner = this.#hosted.get(otherNumber);
    if (partner !== undefined && partner !== hosted) hosted.join(partner);
  }

  async #close(hosted: HostedSession, command: Command<"close">): Promise<void> {
    this.#hosted.delete(command.session);
    this.#reply(command.request, { type: "stats", stats: await hosted.close() });
  }

  /** Tells what goes wrong in work that nobody waits for. */
  #watch(work: Promise<void>): void {
    work.catch((error: unknown) => this.#fault(error));
  }

  #reply(request: number, reply: RtpReply): void {
    this.emit({ type: "reply", request, reply });
  }

  /** A fault that repeats with each packet is told once. */
  #fault(error: unknown): void {
    const why = error instanceof Error ? String(error.stack) : String(error);
    if (why === this.#latestFault) return;
    this.#latestFault = why;
    this.emit({ type: "fault", why });
  }
}

/** 96 random bits. RFC 7022 §4.2 */
function newCname(randomUint32: () => number): string {
  const words = Uint32Array.from({ length: 3 }, randomUint32);
  return Buffer.from(words.buffer).toString("base64");
}

function eventsOf(session: SessionNumber, emit: (event: RtpEvent) => void): RtpSessionEvents {
  return {
    onPlaybackStarted: (playbackId) => emit({ type: "playback-started", session, playbackId }),
    onPlaybackFinished: (playbackId) => emit({ type: "playback-finished", session, playbackId }),
    onDigit: (digit, durationMs) => emit({ type: "digit", session, digit, durationMs }),
    onDigitsSent: (sendId) => emit({ type: "digits-sent", session, sendId }),
    onRtpTimeout: () => emit({ type: "rtp-timeout", session }),
    onAudioProblem: (problem) => emit({ type: "audio-problem", session, problem }),
  };
}
