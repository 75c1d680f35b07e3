import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { idFromName, type Timer } from "../../kernel/index.ts";
import type { Refusal } from "../../sip/index.ts";
import { openHistoryFolder, type FolderOptions, type HistoryFolder } from "../history-folder.ts";
import { createLadderPrinter } from "./ladder-line.ts";
import { createRefusalRates } from "./refusal-rates.ts";
import type { UnclaimedMessages } from "./unclaimed-messages.ts";

/** What the first line of the ladder of a refused call says it is. */
export const refusedFormat = { format: "offhook refused call", version: 1 } as const;

/** The id of the ladder of a call that was refused before it began, by its Call-ID. */
export function refusedCallId(sipCallId: string): string {
  return idFromName("refused call", sipCallId);
}

/** The folder of the ladders of refused calls, in that of the histories. */
export function refusedFolder(folder: string): string {
  return join(folder, "refused");
}

/** Keeps the ladders of calls that were refused before they began, one file each. */
export interface RefusedCalls {
  /** An INVITE was refused; its file is written once its ACK has had time to come.
   * @param before lines of its ladder that are made already */
  note(refusal: Refusal, sipCallId: string, before: readonly string[]): void;
  /** The call has begun all the same, as one that was asked for its password: there is no file. Gives the refusal and when it was, epoch milliseconds. */
  withdraw(sipCallId: string): { readonly at: number; readonly refusal: Refusal } | undefined;
  /** Files that are still to be written. */
  pending(): number;
  /** Writes them now. Never rejects. */
  close(): Promise<void>;
}

/** How long the ACK of a refusal may take. */
const lastMessagesMs = 1_000;

/** Keeps what is told from now on, of a flood a few in a minute, in a folder that is made with the first. Failures are logged. */
export function createRefusedCalls(
  options: FolderOptions & { readonly redact: boolean },
  unclaimed: UnclaimedMessages,
): RefusedCalls {
  const { clock, redact } = options;
  const folder = refusedFolder(options.folder);
  const waiting = new Map<
    string,
    { readonly timer: Timer; readonly write: () => void; readonly at: number; readonly refusal: Refusal }
  >();
  const writing = new Set<Promise<void>>();
  const rates = createRefusalRates(clock);
  const opened: { files?: Promise<HistoryFolder> } = {};
  const writeFile = async (path: string, text: string) => {
    const files = await (opened.files ??= openHistoryFolder({ ...options, folder }, () => []));
    const tell = (error: unknown) => files.tell("the ladder of a refused call could not be written", error);
    await appendFile(path, text, { mode: 0o600 }).catch(tell);
    files.made();
    await files.settled();
  };
  const write = (path: string, text: string) => {
    const done = writeFile(path, text).finally(() => void writing.delete(done));
    writing.add(done);
  };
  return {
    note(refusal, sipCallId, before) {
      if (waiting.has(sipCallId) || !rates.hasRoom(refusal.cause)) return;
      const printer = createLadderPrinter(redact);
      const id = refusedCallId(sipCallId);
      const path = join(folder, `${id}.jsonl`);
      const head = { ...refusedFormat, id, redacted: redact, ...(redact ? {} : { sipCallId }) };
      const at = clock.now();
      const refused = printer.refusal(at, refusal);
      const finish = () => {
        waiting.delete(sipCallId);
        const messages = unclaimed
          .take(sipCallId)
          .map(({ at, ...entry }) =>
            printer.message(at, { ...entry, local: () => entry.local, text: () => entry.text }),
          );
        const lines = [JSON.stringify(head), ...before, ...[...messages, refused].map((line) => JSON.stringify(line))];
        write(path, lines.map((line) => `${line}\n`).join(""));
      };
      waiting.set(sipCallId, { timer: clock.startTimer(lastMessagesMs, finish), write: finish, at, refusal });
    },
    withdraw(sipCallId) {
      const known = waiting.get(sipCallId);
      known?.timer.cancel();
      waiting.delete(sipCallId);
      return known;
    },
    pending: () => waiting.size + writing.size,
    async close() {
      for (const one of [...waiting.values()]) {
        one.timer.cancel();
        one.write();
      }
      await Promise.all(writing);
    },
  };
}
