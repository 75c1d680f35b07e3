import { createRingMemory } from "./node/mixer/audio-ring.ts";
import type { SampleRate } from "./codec/codec.ts";
import type { Groups } from "./groups.ts";
import type { MediaMixer, MediaSession, MixerDelegate } from "./types.ts";
import type { MixerNumber, SessionNumber } from "./worker/messages.ts";
import type { MixerListener, WorkerHandle } from "./worker/worker-handle.ts";

/** What a handle needs to know of its mixer. */
export interface MediaMixerSetting {
  readonly worker: WorkerHandle;
  readonly number: MixerNumber;
  readonly rateHz: SampleRate;
  readonly groups: Groups;
  /** Called once, with the first `close()`. */
  readonly onClosed: () => void;
}

/** The main thread's handle on a mixer. */
export interface MixerHandle extends MediaMixer {
  /** Sessions that take part. */
  memberCount(): number;
}

interface Member {
  readonly worker: WorkerHandle;
  readonly number: SessionNumber;
}

/** Opens a mixer in its worker. A session of another worker takes part over two rings of samples on shared memory. */
export function openMediaMixer(delegate: MixerDelegate, setting: MediaMixerSetting): MixerHandle {
  const { worker, number: mixer, rateHz, groups } = setting;
  const members = new Map<MediaSession, Member>();
  const sessions = new Map<SessionNumber, MediaSession>();
  /** Other workers that members are in. */
  const otherWorkers = new Set<WorkerHandle>();
  let isClosed = false;

  const tellOf = (number: SessionNumber, tell: ((session: MediaSession) => void) | undefined) => {
    const session = sessions.get(number);
    if (session !== undefined) tell?.(session);
  };
  const listener: MixerListener = {
    onLevels: (levels) =>
      delegate.onLevels?.(
        levels.flatMap(({ session: number, belowFullScaleDb }) => {
          const session = sessions.get(number);
          return session === undefined ? [] : [{ session, belowFullScaleDb }];
        }),
      ),
    onMediaFlows: (number) => tellOf(number, delegate.onMediaFlows?.bind(delegate)),
    onMediaLost: (number) => tellOf(number, delegate.onMediaLost?.bind(delegate)),
    onLost: () => delegate.onLost?.(),
  };

  const remove = (session: MediaSession): void => {
    const member = members.get(session);
    if (member === undefined) return;
    members.delete(session);
    sessions.delete(member.number);
    groups.leave(session);
    worker.tell({ type: "remove-member", mixer, member: member.number });
    if (member.worker !== worker) member.worker.tell({ type: "stand-up", session: member.number });
  };

  worker.setMixer(mixer, listener);
  worker.tell({ type: "open-mixer", mixer, rateHz });
  return {
    add(session, part) {
      if (isClosed) return;
      const member = groups.enter(session, () => remove(session));
      const { number } = member;
      members.set(session, member);
      sessions.set(number, session);
      if (member.worker === worker) return worker.tell({ type: "add-member", mixer, member: number, part });
      if (!otherWorkers.has(member.worker)) {
        otherWorkers.add(member.worker);
        member.worker.setMixer(mixer, { ...listener, onLost: () => undefined });
      }
      const rings = { toMixer: createRingMemory(), fromMixer: createRingMemory() };
      worker.tell({ type: "add-member", mixer, member: number, part, rings });
      member.worker.tell({ type: "sit-far", session: number, mixer, rings, rateHz });
    },
    set(session, part) {
      const member = members.get(session);
      if (member !== undefined) worker.tell({ type: "set-member", mixer, member: member.number, part });
    },
    remove,
    memberCount: () => members.size,
    close() {
      if (isClosed) return;
      isClosed = true;
      for (const session of [...members.keys()]) remove(session);
      worker.tell({ type: "close-mixer", mixer });
      for (const each of [worker, ...otherWorkers]) each.setMixer(mixer, undefined);
      setting.onClosed();
    },
  };
}
