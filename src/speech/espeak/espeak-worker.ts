import { endProcess } from "../threads/end-process.ts";
import { serveJobs, tellMain } from "../threads/serve-jobs.ts";
import { createEspeakSpeaker } from "./espeak-speaker.ts";
import type { EspeakVoice } from "./espeak-voices.ts";

// This file is the body of a worker thread with one process of espeak-ng at a time.
await serveJobs<EspeakVoice>(({ program = "espeak-ng" }) => {
  let running: number | undefined;
  process.on("exit", () => {
    if (running !== undefined) endProcess(running);
  });
  return createEspeakSpeaker(program, (processId) => {
    running = processId;
    tellMain({ type: "process", processId });
  });
});
