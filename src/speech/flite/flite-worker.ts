import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { serveJobs } from "../threads/serve-jobs.ts";
import { loadFlite } from "./flite-speaker.ts";
import type { FliteVoice } from "./flite-voices.ts";

// This file is the body of a worker thread with one Flite.
await serveJobs<FliteVoice>(async () => {
  const { speak } = await loadFlite();
  collectGarbage();
  return speak;
});

/** Collects the garbage of this thread at once, as with `--expose-gc`, which a worker cannot be given: loading Flite leaves 21 MB, and what
 * follows makes so little that nothing would collect it for minutes. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  // The flag is one of the process and stays set, since threads that start together would take it from each other; it only
  // decides what contexts made from now on begin with.
  (runInNewContext("gc") as () => void)();
}
