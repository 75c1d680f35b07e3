import { systemClock, type Clock } from "../../kernel/index.ts";
import type { DtlsServer } from "./dtls-server.ts";

/** Hands datagrams of handshakes to their servers a little at a time, so that the packets of calls in progress, which the same thread passes on, do not
 * wait for signatures: one datagram, then three times as long as it took for everything else. Servers take turns. What waits is bounded; what finds no
 * room is lost as it may be on any network, and its client sends it again. */
export interface HandshakeQueue {
  /** Keeps a copy of a datagram for a server. @returns false when there was no room */
  push(server: DtlsServer, datagram: Uint8Array, source: string): boolean;
  /** Drops what waits for a server that is no longer there. */
  forget(server: DtlsServer): void;
}

interface Waiting {
  readonly datagram: Uint8Array;
  readonly source: string;
}

/** A ClientHello with a post-quantum key share has two, a client's last flight one to four. */
const MOST_OF_A_SERVER = 8;
const MOST_IN_ALL = 256;
/** Longer ones come from no browser: 1500 bytes are what one Ethernet frame has room for. */
const MOST_DATAGRAM_BYTES = 2_048;
/** For each millisecond of handshakes. */
const MS_FOR_OTHERS = 3;
/** A datagram that took longer than usual had to wait itself: for the collector, or for a machine that is busy. */
const LONGEST_PAUSE_MS = 5;

/** Makes an empty queue on the timers of a thread.
 * @param nowMs the time as it is while a datagram is worked on; the clock of a thread may stand still then */
export function createHandshakeQueue(clock: Clock, nowMs = () => systemClock.monotonicMs()): HandshakeQueue {
  /** In the order of their turns. */
  const waiting = new Map<DtlsServer, Waiting[]>();
  let count = 0;
  let isScheduled = false;

  const schedule = (delayMs: number) => {
    if (isScheduled || count === 0) return;
    isScheduled = true;
    clock.startTimer(delayMs, work);
  };
  const work = () => {
    isScheduled = false;
    const startedAtMs = nowMs();
    takeTurn();
    schedule(Math.min(LONGEST_PAUSE_MS, (nowMs() - startedAtMs) * MS_FOR_OTHERS));
  };
  const takeTurn = () => {
    for (const [server, ofServer] of waiting) {
      waiting.delete(server);
      const [first, ...others] = ofServer;
      if (others.length > 0) waiting.set(server, others);
      if (first === undefined) continue;
      count--;
      return server.receive(first.datagram, first.source);
    }
  };

  return {
    push(server, datagram, source) {
      const ofServer = waiting.get(server) ?? [];
      const isFull = count >= MOST_IN_ALL || ofServer.length >= MOST_OF_A_SERVER;
      if (isFull || datagram.length > MOST_DATAGRAM_BYTES) return false;
      ofServer.push({ datagram: Uint8Array.from(datagram), source });
      waiting.set(server, ofServer);
      count++;
      schedule(0);
      return true;
    },
    forget(server) {
      count -= waiting.get(server)?.length ?? 0;
      waiting.delete(server);
    },
  };
}
