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
  if (command.type === "begin") begin(command);
  else if (command.type === "write") open.get(file)?.write(command.piece);
  else void finish(file);
});

function begin({ file, path, channels, note }: Extract<DiskCommand, { readonly type: "begin" }>): void {
  const growing = files.begin(path, channels, note);
  open.set(file, growing);
  void growing.begun.then((isBegun) => answer({ file, isBegun }));
}

async function finish(file: number): Promise<void> {
  const growing = open.get(file);
  open.delete(file);
  if (growing === undefined) return;
  answer({ file, outcome: await growing.finish() });
}

function answer(said: DiskAnswer): void {
  parentPort?.postMessage(said);
}
