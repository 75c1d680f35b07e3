import { AppError, errorMessage, type Logger } from "../../kernel/index.ts";
import type { ChosenPackets } from "../io/choose-io.ts";
import type { BrowserDelegate, MediaLoad } from "../types.ts";
import { createPendingRecordings, type ExpectedRecording } from "./pending-recordings.ts";
import type {
  MixerNumber,
  RtpCommand,
  RtpEvent,
  RtpReply,
  RtpWorkerSetting,
  SessionLevel,
  SessionNumber,
} from "./messages.ts";
import { createRealTimeSwitch } from "./real-time.ts";
import type { StartRtpThread } from "./rtp-thread.ts";
import { createWorkerLoad } from "./worker-load.ts";

/** The main thread's end of one media worker. */
export interface WorkerHandle {
  /** Sends a command that is not answered. */
  tell(command: RtpCommand): void;
  /** Sends a command and waits for its reply. Rejects with `MEDIA_WORKER_FAILED` when the worker ended. */
  ask(make: (request: number) => RtpCommand): Promise<RtpReply>;
  /** A number for a recording to be started, and what will be told of it. Rejects with `MEDIA_WORKER_FAILED`, also when the worker ended
   * before; `path` is then where the unfinished part is. */
  expectRecording(path: string): ExpectedRecording;
  /** Who is told the events of a session; undefined ends it. */
  setDelegate(session: SessionNumber, delegate: BrowserDelegate | undefined): void;
  /** Who is told what a mixer tells, and whether media comes from those of its members that are sessions of this worker; undefined ends it. */
  setMixer(mixer: MixerNumber, listener: MixerListener | undefined): void;
  /** Tells who is told of a session that there is none any more. */
  lose(session: SessionNumber, why: string): void;
  /** Sessions with a delegate. */
  sessionCount(): number;
  /** What the worker said of itself over the last second. */
  load(): MediaLoad;
  /** What its sessions will need of a processor, with those that it has not reported yet. */
  expectedShare(): number;
  close(): Promise<void>;
}

/** What a mixer tells. */
export interface MixerListener {
  onLevels(levels: readonly SessionLevel[]): void;
  onMediaFlows(session: SessionNumber): void;
  onMediaLost(session: SessionNumber): void;
  /** The worker ended. */
  onLost(): void;
}

/** Who is told of a worker as a whole. */
export interface WorkerOwner {
  /** It ended though nobody closed it; its sessions were told `onLost`. */
  onFailed(): void;
  /** It has chosen the way that its packets go. */
  onPackets(chosen: ChosenPackets): void;
}

/** Starts a worker. */
export function startWorker(
  setting: RtpWorkerSetting,
  log: Logger,
  owner: WorkerOwner,
  startThread: StartRtpThread,
): WorkerHandle {
  const pending = new Map<number, { resolve: (reply: RtpReply) => void; reject: (error: AppError) => void }>();
  const delegates = new Map<SessionNumber, BrowserDelegate>();
  const mixers = new Map<MixerNumber, MixerListener>();
  const recordings = createPendingRecordings();
  let nextRequest = 1;
  let isEnded = false;
  let isClosing = false;
  const load = createWorkerLoad();
  let threadId: number | undefined;
  const switchRealTime = createRealTimeSwitch();
  let isInRealTime = false;
  /** In real time while somebody may hear it, and not beyond: V8 then frees what its wrappers held by tasks that ask for the next one until a
   * helper of V8 has done its part, which in real time keeps one on the same processor from doing it, for up to a second. */
  const keepTime = () => {
    if (threadId === undefined || isEnded || isInRealTime === delegates.size + mixers.size > 0) return;
    isInRealTime = !isInRealTime;
    void switchRealTime(threadId, isInRealTime);
  };

  const ended = (details = {}) =>
    new AppError("MEDIA_WORKER_FAILED", "the media worker ended", { retry: "later", details });
  const onEvent = (event: RtpEvent) => {
    if (event.type === "reply") {
      pending.get(event.request)?.resolve(event.reply);
      pending.delete(event.request);
    } else if (event.type === "recording-begun") recordings.begin(event.recording, event.isBegun);
    else if (event.type === "recording-ended") {
      recordings.settle(event.recording, event.outcome);
    } else if (event.type === "started") {
      threadId = event.threadId;
      keepTime();
    } else if (event.type === "load") load.report(event.lateMs, event.share, delegates.size);
    else if (event.type === "packets") owner.onPackets(event.chosen);
    else if (event.type === "fault") log.error({ why: event.why }, "an error in a media session");
    else if ("mixer" in event) guard(event, log, () => tellMixer(mixers.get(event.mixer), event));
    else guard(event, log, () => dispatch(delegates.get(event.session), event));
  };
  const onExit = () => {
    isEnded = true;
    for (const { reject } of pending.values()) reject(ended());
    pending.clear();
    recordings.failAll((path) => ended({ path }));
    const orphans = [...delegates.values()];
    delegates.clear();
    if (isClosing) return;
    log.error({ sessions: orphans.length }, "a media worker ended; the legs it carried end with it");
    const lost = { type: "lost", why: "its media worker ended" } as const;
    for (const delegate of orphans) guard(lost, log, () => dispatch(delegate, lost));
    for (const mixer of [...mixers.values()]) guard(lost, log, () => mixer.onLost());
    owner.onFailed();
  };
  const onError = (error: unknown) => log.error({ error: String(error) }, "a media worker failed");
  const thread = startThread(setting, { onEvent, onError, onExit });

  return {
    tell: (command) => thread.post(command),
    ask: (make) =>
      new Promise((resolve, reject) => {
        if (isEnded) return reject(ended());
        const request = nextRequest++;
        pending.set(request, { resolve, reject });
        thread.post(make(request));
      }),
    expectRecording(path) {
      const expected = recordings.expect(path);
      if (isEnded) recordings.failAll(() => ended());
      return expected;
    },
    setDelegate(session, delegate) {
      if (delegate === undefined) delegates.delete(session);
      else delegates.set(session, delegate);
      if (delegates.size === 0) load.clear();
      keepTime();
    },
    setMixer(mixer, listener) {
      if (listener === undefined) mixers.delete(mixer);
      else mixers.set(mixer, listener);
      keepTime();
    },
    lose: (session, why) => guard({ type: "lost" }, log, () => dispatch(delegates.get(session), { type: "lost", why })),
    sessionCount: () => delegates.size,
    load: () => load.latest(),
    expectedShare: () => load.expectedShare(delegates.size),
    async close() {
      isClosing = true;
      await thread.close();
    },
  };
}

type MixerEvent = Extract<RtpEvent, { readonly mixer: MixerNumber }>;
type SessionEvent = Exclude<Extract<RtpEvent, { readonly session: SessionNumber }>, MixerEvent>;

/** What a delegate throws is its own bug: it must not end the thread for all others. */
function guard({ type }: { readonly type: string }, log: Logger, tell: () => void): void {
  try {
    tell();
  } catch (error) {
    log.error({ error: errorMessage(error), event: type }, "a handler of media events threw");
  }
}

function tellMixer(listener: MixerListener | undefined, event: MixerEvent): void {
  if (event.type === "levels") listener?.onLevels(event.levels);
  else if (event.type === "media-flows") listener?.onMediaFlows(event.session);
  else listener?.onMediaLost(event.session);
}

function dispatch(
  delegate: BrowserDelegate | undefined,
  event: SessionEvent | { readonly type: "lost"; readonly why: string },
): void {
  switch (event.type) {
    case "playback-started":
      return delegate?.onPlaybackStarted?.(event.playbackId);
    case "playback-finished":
      return delegate?.onPlaybackFinished?.(event.playbackId);
    case "digit":
      return delegate?.onDigit?.(event.digit, event.durationMs);
    case "digits-sent":
      return delegate?.onDigitsSent?.(event.sendId);
    case "rtp-timeout":
      return delegate?.onRtpTimeout?.();
    case "audio-problem":
      return delegate?.onAudioProblem?.(event.problem);
    case "connected":
      return delegate?.onConnected?.();
    case "disconnected":
    case "lost":
      return delegate?.onLost?.(event.why);
    default:
      return event satisfies never;
  }
}
