import { join } from "node:path";
import type { StepRecorder, CallState, MachineConfig, MachineRules } from "../call/index.ts";
import { createSipLadders, type SipLadders } from "./ladder/sip-ladders.ts";
import { openHistoryFile } from "./history-file.ts";
import { openHistoryFolder, type FolderOptions, type HistoryFolder } from "./history-folder.ts";
import { createHistoryPrinter, type HistoryPrinter } from "./print-history.ts";
import { replyRedaction } from "./reply-redaction.ts";

export interface HistoryStoreOptions extends FolderOptions {
  /** Put stand-ins in place of numbers, keys and texts. */
  readonly redact: boolean;
  /** Of the machine that runs the calls. */
  readonly settings: MachineConfig;
  /** Whose parameters say what of a reply is redacted. */
  readonly actions: MachineRules["actions"];
}

/** Keeps the histories of calls, one file each: `<folder>/<transaction>.jsonl`. Contract: records-histories */
export interface HistoryStore {
  /** Begins the file of a call; never throws. */
  open(initialState: CallState): StepRecorder;
  /** Takes the messages of SIP, which are kept with their calls. */
  readonly ladders: Pick<SipLadders, "message" | "refused" | "claim">;
  /** Files that are open, also of calls that have ended, and those of refused calls that are to be written. */
  openFiles(): number;
  /** Ends all files and waits until they are written. Never rejects. */
  close(): Promise<void>;
}

/** Makes the folder, removes the oldest files, and records calls from now on. Failures to write are logged. */
export async function createHistoryStore(options: HistoryStoreOptions): Promise<HistoryStore> {
  const { folder, redact, actions, settings } = options;
  const ofReply = redact ? replyRedaction(actions) : undefined;
  const open = new Map<string, { readonly close: () => void }>();
  let waiting: (() => void)[] = [];
  const files = await openHistoryFolder(options, () => open.keys());
  const ladders = createSipLadders(options);
  const closed = (path: string, error: Error | undefined) => {
    open.delete(path);
    if (error !== undefined) files.tell("the history of a call could not be written", error);
    if (open.size > 0) return;
    for (const resume of waiting) resume();
    waiting = [];
  };
  return {
    open(initialState) {
      const path = join(folder, `${initialState.transactionId}.jsonl`);
      const file = openHistoryFile(path, (error) => closed(path, error));
      open.set(path, file);
      files.made();
      const recorder = writeHistory(file, initialState, createHistoryPrinter(settings, ofReply), files.tell);
      const { transactionId } = initialState;
      ladders.begin(transactionId, file.append);
      return { ...recorder, close: () => ladders.end(transactionId, recorder.close) };
    },
    ladders,
    openFiles: () => open.size + ladders.pending(),
    async close() {
      await ladders.close();
      for (const file of open.values()) file.close();
      if (open.size > 0) await new Promise<void>((resolve) => waiting.push(resolve));
      await files.settled();
    },
  };
}

function writeHistory(
  file: ReturnType<typeof openHistoryFile>,
  initialState: CallState,
  printer: HistoryPrinter,
  tell: HistoryFolder["tell"],
): StepRecorder {
  // An error in here must not affect the call.
  const attempt = (line: () => string) => {
    try {
      file.append(line());
    } catch (error) {
      tell("the history of a call could not be written", error);
      file.close();
    }
  };
  attempt(() => printer.head(initialState));
  return {
    add: (before, step) => attempt(() => printer.step(before, step)),
    addAudio: (record) => attempt(() => printer.audio(record)),
    close: () => file.close(),
  };
}
