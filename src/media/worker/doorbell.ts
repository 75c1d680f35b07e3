import { closeSync, writeSync } from "node:fs";

/** Has a media worker look at its messages at once, which it else does after its timers and packets, within 2.5 ms. */
export interface Doorbell {
  /** Once the calling thread has done what it does now: nobody may hold a lock of messages then. Often in one turn counts once. */
  ring(): void;
  close(): void;
}

/** An addition to the counter of an eventfd(2). */
const one = new Uint8Array(new BigUint64Array([1n]).buffer);

/** Makes the bell of a thread.
 * @param descriptor the eventfd that the thread waits for; this closes it */
export function createDoorbell(descriptor: number): Doorbell {
  let isOpen = true;
  let isRung = false;
  return {
    ring() {
      if (isRung) return;
      isRung = true;
      queueMicrotask(() => {
        isRung = false;
        if (isOpen) writeSync(descriptor, one);
      });
    },
    close() {
      if (isOpen) closeSync(descriptor);
      isOpen = false;
    },
  };
}
