import { systemClock } from "../../kernel/index.ts";
import type { AlarmClock } from "./alarm.ts";
import { SOCKETS_AT_ONCE, type PacketMemory } from "./packet-memory.ts";
import { createTimerList, type TimerList } from "./timer-list.ts";
import type { SystemCalls } from "./system-calls.ts";

/** Waits for packets and for time in one call of the system, in place of Node's own loop: waking costs a tenth, and timers are exact. Node's
 * loop has its turn after 2.5 ms at the latest, and when the bell is rung. It does not wake this one: whoever sends a message, or
 * ends a piece of work of Node's, does so under a lock. Woken there, a thread that runs in real time takes the processor from under them, asks for
 * the lock, and waits until all that goes before them is done, which is many milliseconds on a busy machine. */
export interface ThreadLoop {
  /** Its timers run in this loop. One that is pending keeps the thread alive. While the loop takes packets or runs timers, monotonic time is that
   * of its latest look at the clock, so that a packet costs none. */
  readonly clock: AlarmClock;
  /** An eventfd(2). Whoever adds to its counter, in any thread, gives Node's loop its turn at once; it is theirs to close. */
  readonly bell: number;
  /** Packets may wait for the next timer, or for the turn of Node's loop: many are taken then in one waking of the thread. False at first. */
  isPatient: boolean;
  /** Takes what was sent to this thread. Called when the bell was rung, and before each turn of Node's loop: that would take it too, at a higher
   * price. */
  takeMail: () => void;
  /** Calls `socket` while `descriptor` can be read, until `remove`. Throws what the system says.
   * @returns the number to remove it by */
  add(descriptor: number, socket: ReadableSocket): number;
  /** Before the descriptor is closed. */
  remove(id: number): void;
  /** Gives back what it waits by, as the thread ends: it turns no more. */
  close(): void;
}

export interface ReadableSocket {
  /** Takes some of what is there. @returns whether there may be more, for which it is called again */
  takePackets(): boolean;
}

/* epoll(7) */
const EPOLL_CLOEXEC = 0o2_000_000;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_MOD = 3;
const EPOLLIN = 1;
/** Tells of each packet once, so that the system does not look at its socket again when it has been read; and of each addition to a counter, which
 * nobody has to read. */
const EPOLLET = 0x8000_0000;

/* eventfd(2) */
const EFD_NONBLOCK = 0o4000;
const EFD_CLOEXEC = 0o2_000_000;

/** Messages, promises that packets have settled, and all else that Node's own loop does, wait no longer; its turn costs more than a packet. A little
 * longer than the time from turn to turn of the ticker, so that one waking is for both. */
const LONGEST_STAY_MS = 2.5;
/** After a timer, Node's loop has its turn already when it has waited so long. */
const LONG_STAY_MS = 1;
/** Taking the packets of so many takes no time that a timer would notice. */
const FEW_SOCKETS = 8;
/** The number of the bell among the sockets. */
const BELL = 0;

/** Makes the loop of the calling thread. It turns while there is a socket or a timer. */
export function createThreadLoop(system: SystemCalls, memory: PacketMemory): ThreadLoop {
  return new EpollLoop(system, memory);
}

interface Watched {
  readonly descriptor: number;
  readonly socket: ReadableSocket;
}

class EpollLoop implements ThreadLoop {
  readonly clock: AlarmClock;
  readonly bell: number;
  isPatient = false;
  takeMail: () => void = () => undefined;
  readonly #system: SystemCalls;
  readonly #memory: PacketMemory;
  readonly #epoll: number;
  /** Of the bell alone. */
  readonly #bellEpoll: number;
  readonly #timers: TimerList;
  /** By the number that their events carry. A number that is free is used again: at worst its new socket finds nothing. */
  readonly #sockets: (Watched | undefined)[] = [];
  readonly #freeIds: number[] = [];
  #isScheduled = false;
  #isRung = false;
  /** The latest look at the clock, in a turn; undefined outside of it. */
  #nowMs: number | undefined;

  constructor(system: SystemCalls, memory: PacketMemory) {
    this.#system = system;
    this.#memory = memory;
    this.#epoll = system.epollCreate(EPOLL_CLOEXEC);
    this.#bellEpoll = system.epollCreate(EPOLL_CLOEXEC);
    if (this.#epoll < 0 || this.#bellEpoll < 0) throw new Error(`epoll_create1 ${system.errorName()}`);
    if (this.#wait(0, this.#epoll) < 0) throw new Error(`epoll_pwait2 ${system.errorName()}`);
    this.bell = system.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (this.bell < 0) throw new Error(`eventfd ${system.errorName()}`);
    const ring = () => {
      this.#isRung = true;
      return false;
    };
    this.#sockets[BELL] = { descriptor: this.bell, socket: { takePackets: ring } };
    for (const epoll of [this.#epoll, this.#bellEpoll]) this.#watch(EPOLL_CTL_ADD, this.bell, BELL, epoll);
    this.#timers = createTimerList(systemClock, () => this.#schedule());
    const { now, startTimer, createAlarm } = this.#timers.clock;
    // Written out, since V8 is slow to read what was spread, and each packet reads it.
    this.clock = { now, monotonicMs: () => this.#nowMs ?? systemClock.monotonicMs(), startTimer, createAlarm };
  }

  add(descriptor: number, socket: ReadableSocket): number {
    const id = this.#freeIds.pop() ?? this.#sockets.length;
    this.#sockets[id] = { descriptor, socket };
    try {
      this.#watch(EPOLL_CTL_ADD, descriptor, id);
    } catch (error) {
      this.remove(id);
      throw error;
    }
    this.#schedule();
    return id;
  }

  remove(id: number): void {
    this.#sockets[id] = undefined;
    this.#freeIds.push(id);
  }

  close(): void {
    for (const epoll of [this.#epoll, this.#bellEpoll]) this.#system.close(epoll);
  }

  #watch(operation: number, descriptor: number, id: number, epoll = this.#epoll): void {
    this.#memory.putEvent(EPOLLIN | EPOLLET, id);
    if (this.#system.epollControl(epoll, operation, descriptor, this.#memory.scratchAt) < 0) {
      throw new Error(`epoll_ctl ${this.#system.errorName()}`);
    }
  }

  #socketCount(): number {
    return this.#sockets.length - this.#freeIds.length - 1;
  }

  #schedule(): void {
    if (this.#isScheduled || (this.#socketCount() === 0 && this.#timers.size() === 0)) return;
    this.#isScheduled = true;
    setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    this.#isScheduled = this.#isRung = false;
    try {
      const startMs = systemClock.monotonicMs();
      let nowMs = startMs;
      let isDone = false;
      while (!isDone) {
        const waitMs = Math.min(startMs + LONGEST_STAY_MS, this.#timers.dueMs()) - nowMs;
        if (this.isPatient) this.#wait(waitMs, this.#bellEpoll);
        const count = this.#wait(this.isPatient ? 0 : waitMs, this.#epoll);
        this.#nowMs = nowMs = systemClock.monotonicMs();
        for (let index = 0; index < count; index++) this.#take(this.#memory.eventId(index));
        if (count > FEW_SOCKETS) this.#nowMs = nowMs = systemClock.monotonicMs();
        const hasRun = this.#timers.run(nowMs);
        const stayMs = nowMs - startMs;
        isDone = this.#isRung || (count <= 0 && !hasRun) || stayMs >= (hasRun ? LONG_STAY_MS : LONGEST_STAY_MS);
      }
      this.#nowMs = undefined;
      this.takeMail();
    } finally {
      this.#nowMs = undefined;
      this.#schedule();
    }
  };

  #take(id: number): void {
    const watched = this.#sockets[id];
    // What is left is told anew.
    if (watched?.socket.takePackets() === true) this.#watch(EPOLL_CTL_MOD, watched.descriptor, id);
  }

  #wait(milliseconds: number, epoll: number): number {
    this.#memory.putTimeout(Math.max(0, milliseconds));
    const { eventsAt, timeoutAt } = this.#memory;
    return this.#system.epollWait(epoll, eventsAt, SOCKETS_AT_ONCE, timeoutAt);
  }
}
