import { createLocalFiles, type RecordingFiles } from "../node/recorder/recording-files.ts";
import { useOpus } from "../codec/opus/library.ts";
import { createRandomUint32 } from "./random-words.ts";
import { createRtpSession, type RtpSession } from "./session.ts";
import { HostedMixer } from "./hosted-mixer.ts";
import { HostedSession, type HostOfSession } from "./hosted-session.ts";
import { EventsOfSession } from "./events-of-session.ts";
import { OwnerOfLink } from "./owner-of-link.ts";
import { createThrift } from "./thrift.ts";
import { createTicker, type Ticker } from "./ticker.ts";
import { createOwnAddresses } from "../link/machine-addresses.ts";
import { createLateness } from "./lateness.ts";
import { openBrowserPort, type BrowserPort } from "../link/browser-port.ts";
import { createPacketBuffers } from "../link/packet-buffer.ts";
import {
  adoptDatagramLink,
  openDatagramLink,
  type DatagramLinkSetting,
  type LinkOutcome,
} from "../link/datagram-link.ts";
import { createPacketCounts, type PacketCounts } from "../stream/quality/packet-counts.ts";
import { errorCode, errorMessage, type Clock } from "../../kernel/index.ts";
import type { PacketIo } from "../io/packet-io.ts";
import type { Link } from "../link/link.ts";
import type { MediaStats } from "../stream/quality/media-stats.ts";
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
  /** The same for all links. */
  readonly #ofLinks: Pick<DatagramLinkSetting, "isOwnAddress" | "buffers" | "nowMs">;
  readonly #onFault = (error: unknown) => this.#fault(error);
  readonly #counts: PacketCounts;
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
    this.#ofLinks = {
      ...{ isOwnAddress: createOwnAddresses(clock), buffers: createPacketBuffers() },
      nowMs: () => clock.monotonicMs(),
    };
    this.#counts = createPacketCounts(setting.counts);
    this.files = files;
    this.#workMs = workMs;
    this.#setPatient = setPatient;
    setPatient(true);
  }

  handle(command: RtpCommand): void {
    const waiting = "session" in command ? this.#opening.get(command.session) : undefined;
    if (waiting !== undefined) return void waiting.push(command);
    if (command.type === "open") return this.#open(command);
    if (command.type === "open-browser") return this.#watch(this.#openBrowser(command));
    if (command.type === "use-opus") return useOpus(command.module);
    if ("mixer" in command && command.type !== "sit-far") return this.#handleMixer(command);
    const hosted = this.#hosted.get(command.session);
    if (hosted === undefined) return;
    if (command.type === "close") this.#close(hosted, command);
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

  /** Sockets that were bound by others are there at once; what is asked meanwhile of a session whose ports this thread binds waits. */
  #open(command: Command<"open">): void {
    const { address, port, descriptors } = command;
    const { isOwnAddress, buffers, nowMs } = this.#ofLinks;
    const setting = { address, port, isOwnAddress, buffers, nowMs };
    const owner = new OwnerOfLink(this.clock, this.#onFault);
    if (descriptors !== undefined && hasAdopt(this.#io)) {
      return this.#opened(command, owner, adoptDatagramLink(this.#io, setting, descriptors, owner));
    }
    this.#watch(this.#openHere(command, setting, owner));
  }

  async #openHere(command: Command<"open">, setting: DatagramLinkSetting, owner: OwnerOfLink): Promise<void> {
    const waiting: RtpCommand[] = [];
    this.#opening.set(command.session, waiting);
    const outcome = await openDatagramLink(this.#io, setting, owner);
    this.#opening.delete(command.session);
    this.#opened(command, owner, outcome);
    for (const next of waiting) this.handle(next);
  }

  #opened({ request, session }: Command<"open">, owner: OwnerOfLink, outcome: LinkOutcome): void {
    if (outcome.type === "failed") {
      const { systemCode, why } = outcome;
      return this.#reply(request, { type: "open-failed", systemCode, why });
    }
    owner.session = this.#host(session, outcome.link);
    this.#reply(request, { type: "opened", port: outcome.link.port });
  }

  async #openBrowser(command: Command<"open-browser">): Promise<void> {
    this.#browserPort ??= this.#openBrowserPort(command);
    try {
      const port = await this.#browserPort;
      const { session } = command;
      const owner = Object.assign(new OwnerOfLink(this.clock, this.#onFault), {
        onConnected: () => this.emit({ type: "connected", session }),
        onLost: (why: string) => this.emit({ type: "disconnected", session, why }),
      });
      const link = port.open(command.link, owner);
      owner.session = this.#host(session, link);
      const { ssrc } = owner.session.sender;
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
    const session = createRtpSession(link, new EventsOfSession(number, this.emit), {
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

  #join(hosted: HostedSession, otherNumber: SessionNumber): void {
    const partner = this.#hosted.get(otherNumber);
    if (partner !== undefined && partner !== hosted) hosted.join(partner);
  }

  #close(hosted: HostedSession, { session, request }: Command<"close">): void {
    this.#hosted.delete(session);
    const tell = (stats: MediaStats) => this.#reply(request, { type: "stats", stats });
    try {
      const stats = hosted.close();
      if (stats instanceof Promise) this.#watch(stats.then(tell));
      else tell(stats);
    } catch (error) {
      this.#fault(error);
    }
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

function hasAdopt(io: PacketIo): io is Required<PacketIo> {
  return io.adopt !== undefined;
}

const cnameWords = new Uint32Array(3);
const cnameBytes = Buffer.from(cnameWords.buffer);

/** 96 random bits. RFC 7022 §4.2 */
function newCname(randomUint32: () => number): string {
  for (let index = 0; index < cnameWords.length; index++) cnameWords[index] = randomUint32();
  return cnameBytes.toString("base64");
}
