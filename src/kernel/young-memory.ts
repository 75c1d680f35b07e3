import { setFlagsFromString } from "node:v8";

/** Keeps what V8 holds young objects in as small as it is now, from now on: 1 MB in a process that has just started. It would grow to 16 MB, twice, which is
 * memory that nothing lives in, and what is alive when that is full takes 10 ms and more to copy. It takes no more processor time in small pieces. For the
 * main thread; others say how much they want when they start. */
export function keepYoungMemorySmall(): void {
  holdYoungMemory();
  process.on("worker", (thread) => thread.once("online", holdYoungMemory));
}

/** Lets it grow no more until the next thread starts: the V8 of Node 20 and 22 then forgets that, for all of the process. For threads that a thread has
 * started, of which the main one is not told. */
export function holdYoungMemory(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}
