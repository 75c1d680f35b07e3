import { parentPort, workerData } from "node:worker_threads";
import type { DiskAnswer, DiskCommand, DiskSetting } from "./disk-thread.ts";
import { createLocalFiles } from "./recording-files.ts";
import type { RecordingFile } from "./recording-file.ts";

// The entry of the thread that writes the recordings of one media worker.
const { atOnce } = workerData as DiskSetting;
const files = createLocalFiles(atOnce);
const open = new Map<number, RecordingFile>();

parentPort?.on("message", (command: DiskCommand) => {
  const { file } = command;
  if (command.type === "begin") open.set(file, files.begin(command.path, command.channels));
  else if (command.type === "write") open.get(file)?.write(command.piece);
  else void finish(file);
});

async function finish(file: number): Promise<void> {
  const growing = open.get(file);
  open.delete(file);
  if (growing === undefined) return;
  const answer: DiskAnswer = { file, outcome: await growing.finish() };
  parentPort?.postMessage(answer);
}
