import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError, errorMessage, systemClock } from "../kernel/index.ts";
import { createIceNames, openTransport } from "./browser-transport.ts";
import { compileOpus, type OpusModule } from "./codec/opus/library.ts";
import { chooseWorker } from "./worker/choose-worker.ts";
import { createSessionPorts, type SessionPorts } from "./session-ports.ts";
import { createGroups, type Group, type Groups } from "./groups.ts";
import type { ChosenPackets } from "./io/choose-io.ts";
import { openMediaMixer, type MixerHandle } from "./media-mixer.ts";
import { createCodedPrompts } from "./coded-prompts.ts";
import { createMediaSession } from "./media-session.ts";
import {
  addTotals,
  createPacketCounts,
  createSharedCounts,
  type PacketCounts,
} from "./stream/quality/packet-counts.ts";
import { turnsAtOnce } from "./node/recorder/disk-turns.ts";
import { mendRecording } from "./node/recorder/mend-recording.ts";
import { createOwnThreads, type MediaThreads } from "./media-threads.ts";
import { startWorker, type WorkerHandle } from "./worker/worker-handle.ts";
import type {
  BrowserDelegate,
  BrowserRemote,
  BrowserSession,
  Media,
  MediaBridge,
  MediaDelegate,
  MediaLedger,
  MediaLoad,
  MediaMixer,
  MediaOptions,
  MediaSession,
  MixerDelegate,
  MixerRate,
  Pcm,
  SessionOptions,
} from "./types.ts";
import type { MendedRecording } from "./node/recorder/types.ts";

/** How soon a worker takes the place of one that failed, where another one failed in the same place within `REPEATED_MS` before. */
const RESTART_AFTER_MS = 500;
const REPEATED_MS = 10_000;
const DEFAULT_MIXER_RATE_HZ = 16_000;
const DEFAULT_PORT_RANGE = { min: 5000, max: 65_000 };
const DEFAULT_RTP_TIMEOUT_MS = 60_000;
const DEFAULT_HOLD_TIMEOUT_MS = 3_600_000;
const DEFAULT_RECORDINGS_FOLDER = join(tmpdir(), "offhook-recordings");

/** Starts the workers that carry RTP. */
export async function createMedia(options: MediaOptions): Promise<Media> {
  const { local } = options;
  // What carries packets is loaded by the threads that do; here only where there are none.
  const threads =
    local === undefined ? createOwnThreads() : (await import("./local-threads.ts")).createLocalThreads(local);
  return new MediaRoom(options, threads);
}

/** Where a session is being opened. */
interface Place {
  readonly group: Group;
  readonly number: number;
}

class MediaRoom implements Media {
  readonly #options: MediaOptions;
  readonly #mixerRateHz: MixerRate;
  readonly #ports: SessionPorts;
  /** Each with its number among them, which one that takes its place has too. */
  readonly #workers = new Map<WorkerHandle, number>();
  /** Of each worker that there was. */
  readonly #counts: PacketCounts[] = [];
  readonly #groups: Groups = createGroups();
  readonly #threads: MediaThreads;
  readonly #codedPrompts = createCodedPrompts();
  readonly #sessions = new Set<MediaSession>();
  /** Those of them that have no ports of their own. */
  readonly #browsers = new Set<MediaSession>();
  readonly #mixers = new Map<MediaMixer, Group & { readonly handle: MixerHandle }>();
  readonly #openings = new Set<Promise<MediaSession>>();
  /** Compiled with the first mixer. */
  #opus: Promise<OpusModule> | undefined;
  /** When a worker failed in a place last, by the place. */
  readonly #failedAtMs = new Map<number, number>();
  #nextSession = 1;
  #nextMixer = 1;
  #isWayReported = false;
  readonly #started: Promise<void>;
  #tellStarted: () => void = () => undefined;
  #isClosed = false;

  constructor(options: MediaOptions, threads: MediaThreads) {
    this.#options = options;
    this.#threads = threads;
    this.#mixerRateHz = options.mixerRateHz ?? DEFAULT_MIXER_RATE_HZ;
    this.#ports = createSessionPorts(options.portRange ?? DEFAULT_PORT_RANGE);
    // What runs in this thread has started.
    this.#started =
      options.local === undefined ? new Promise((resolve) => (this.#tellStarted = resolve)) : Promise.resolve();
    for (let place = 0; place < Math.max(1, options.workers ?? 1); place++) this.#startWorker(place);
  }

  started(): Promise<void> {
    return this.#started;
  }

  async openSession(delegate: MediaDelegate, options: SessionOptions = {}): Promise<MediaSession> {
    const address = options.address ?? this.#options.address;
    return this.#begin(delegate, options.near, async (place) => {
      const { port, giveBack } = await this.#ports.open(place.group.worker, place.number, address);
      return this.#adopt(place, { address, port, giveBack });
    });
  }

  async openBrowserSession(
    delegate: BrowserDelegate,
    remote: BrowserRemote | undefined,
    options: Pick<SessionOptions, "near"> = {},
  ): Promise<BrowserSession> {
    const { address, browserPort = 0, browserAddress = address } = this.#options;
    this.#prepareOpus();
    return this.#begin(delegate, options.near, async (place) => {
      const { worker } = place.group;
      const port = browserPort === 0 ? 0 : browserPort + (this.#workers.get(worker) ?? 0);
      const own = { address, port, browserAddress, playbackRateHz: this.#mixerRateHz };
      const transport = await openTransport(worker, place.number, own, remote);
      const opened = await this.#adopt(place, { address, port: transport.port, giveBack: () => undefined });
      const session = Object.assign(opened, { transport, newNames: createIceNames });
      this.#browsers.add(session);
      if (remote !== undefined) session.start(remote.audio);
      return session;
    });
  }

  openMixer(delegate: MixerDelegate): MediaMixer {
    if (this.#isClosed) throw closed();
    this.#prepareOpus();
    const worker = chooseWorker([...this.#workers.keys()]);
    const handle = openMediaMixer(delegate, {
      worker,
      number: this.#nextMixer++,
      rateHz: this.#mixerRateHz,
      groups: this.#groups,
      onClosed: () => this.#mixers.delete(handle),
    });
    this.#mixers.set(handle, { worker, handle });
    return handle;
  }

  bridge(one: MediaSession, other: MediaSession): MediaBridge {
    return this.#groups.bridge(one, other);
  }

  beginWav(bytes: Uint8Array): Promise<Pcm> {
    return this.#threads.decoder.begin(bytes);
  }

  async decodeWav(bytes: Uint8Array): Promise<Pcm> {
    const pcm = await this.#threads.decoder.begin(bytes);
    return pcm.growth === undefined ? pcm : pcm.growth.whole;
  }

  mendRecording(path: string): Promise<MendedRecording | undefined> {
    return mendRecording(path);
  }

  ledger(): MediaLedger {
    return {
      sessions: this.#sessions.size + this.#openings.size,
      mixers: this.#mixers.size,
      members: [...this.#mixers.values()].reduce((sum, { handle }) => sum + handle.memberCount(), 0),
      sockets: (this.#sessions.size - this.#browsers.size) * 2,
      workers: this.#workers.size + (this.#threads.decoder.isRunning() ? 1 : 0),
      packets: addTotals(this.#counts.map((counts) => counts.totals())),
    };
  }

  load(): MediaLoad {
    const loads = [...this.#workers.keys()].map((worker) => worker.load());
    return loads.reduce((worst, load) => (load.lateMs > worst.lateMs ? load : worst), { lateMs: 0, share: 0 });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#tellStarted();
    for (const mixer of [...this.#mixers.keys()]) mixer.close();
    await Promise.all([...this.#sessions].map((session) => session.close()));
    await Promise.all([...this.#workers.keys()].map((worker) => worker.close()));
    this.#workers.clear();
    await Promise.allSettled(this.#openings);
    await this.#threads.close();
  }

  /** Whoever comes into a room may speak Opus. */
  #prepareOpus(): void {
    if (this.#opus !== undefined || this.#options.local !== undefined) return;
    this.#opus = compileOpus();
    const tellAll = (module: OpusModule) => {
      for (const worker of this.#workers.keys()) worker.tell({ type: "use-opus", module });
    };
    const { log } = this.#options;
    this.#opus.then(tellAll, (error: unknown) => log.error({ error: errorMessage(error) }, "Opus cannot be compiled"));
  }

  #groupNear(near: SessionOptions["near"]): Group | undefined {
    if (near === undefined) return undefined;
    return "add" in near ? this.#mixers.get(near) : this.#groups.groupOf(near);
  }

  /** Opens a session in the worker of another one, or in one that has time. */
  async #begin<Session extends MediaSession>(
    delegate: MediaDelegate,
    nearWhat: SessionOptions["near"],
    open: (place: Place) => Promise<Session>,
  ): Promise<Session> {
    if (this.#isClosed) throw closed();
    const near = this.#groupNear(nearWhat);
    const worker = chooseWorker(near === undefined ? [...this.#workers.keys()] : [near.worker]);
    const number = this.#nextSession++;
    worker.setDelegate(number, delegate);
    const opening = open({ group: near ?? { worker }, number })
      .catch((error: unknown) => {
        worker.setDelegate(number, undefined);
        throw this.#isClosed ? closed() : error;
      })
      .finally(() => this.#openings.delete(opening));
    this.#openings.add(opening);
    return opening;
  }

  async #adopt(
    { group, number }: Place,
    { address, port, giveBack }: { readonly address: string; readonly port: number; readonly giveBack: () => void },
  ): Promise<MediaSession> {
    const { worker } = group;
    const session = createMediaSession(worker, number, {
      address,
      port,
      recordingsFolder: this.#options.recordingsFolder ?? DEFAULT_RECORDINGS_FOLDER,
      codedPrompts: this.#codedPrompts,
      onClosing: () => this.#groups.remove(session),
      onClosed: () => {
        worker.setDelegate(number, undefined);
        this.#sessions.delete(session);
        this.#browsers.delete(session);
        giveBack();
      },
    });
    this.#groups.add(session, group, number);
    if (this.#isClosed) {
      await session.close();
      throw closed();
    }
    this.#sessions.add(session);
    return session;
  }

  #startWorker(place: number): void {
    const { rtpTimeoutMs = DEFAULT_RTP_TIMEOUT_MS, holdTimeoutMs = DEFAULT_HOLD_TIMEOUT_MS } = this.#options;
    const counts = createSharedCounts();
    this.#counts.push(createPacketCounts(counts));
    const diskTurns = turnsAtOnce(Math.max(1, this.#options.workers ?? 1));
    const setting = { rtpTimeoutMs, holdTimeoutMs, packets: this.#options.packets, counts, diskTurns };
    const onFailed = () => {
      this.#workers.delete(worker);
      const nowMs = systemClock.monotonicMs();
      const isRepeated = nowMs - (this.#failedAtMs.get(place) ?? -Infinity) < REPEATED_MS;
      this.#failedAtMs.set(place, nowMs);
      // A pause, so that a worker which cannot start at all is not started again and again.
      if (isRepeated) systemClock.startTimer(RESTART_AFTER_MS, () => this.#replaceWorker(place));
      else this.#replaceWorker(place);
    };
    const onPackets = (chosen: ChosenPackets) => {
      if (chosen.way === "batched") this.#ports.bindFor(worker);
      this.#reportPackets(chosen);
      this.#tellStarted();
    };
    const owner = { onFailed, onPackets };
    const worker: WorkerHandle = startWorker(setting, this.#options.log, owner, this.#threads.startThread);
    this.#workers.set(worker, place);
    void this.#opus?.then((module) => worker.tell({ type: "use-opus", module })).catch(() => undefined);
  }

  /** Once, however many workers there are. */
  #reportPackets({ way, why }: ChosenPackets): void {
    if (this.#isWayReported) return;
    this.#isWayReported = true;
    const { log, packets } = this.#options;
    if (way === "batched") log.info({ packets: way }, "RTP packets go straight through the system's calls");
    else if (why === undefined) log.info({ packets: way }, "RTP packets go through Node, as it was configured");
    else {
      const level = packets === "batched" ? "warn" : "info";
      log[level]({ packets: way, why }, "batched packets do not work here, so RTP packets go through Node");
    }
  }

  #replaceWorker(place: number): void {
    this.#tellStarted();
    if (!this.#isClosed) this.#startWorker(place);
  }
}

function closed(): AppError {
  return new AppError("MEDIA_CLOSED", "the media room is closed");
}
