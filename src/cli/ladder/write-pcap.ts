import { writeFile } from "node:fs/promises";
import type { LadderRow } from "../../app/index.ts";
import { errorMessage } from "../../kernel/index.ts";

/** What the option does, for the help of commands that have it. */
export const pcapOption =
  "write the SIP messages into this file, as protocol analysers open it (pcap); - is standard output. RTP is not kept, and not in it";

/** Writes the messages of a ladder to a file; gives the exit code. What was written is told beside it. */
export async function writePcap(file: string, rows: readonly LadderRow[], isRedacted: boolean): Promise<number> {
  const { printPcap } = await import("./print-pcap.ts");
  const { bytes, messages, leftOut } = printPcap(rows);
  if (messages === 0) {
    const why = isRedacted
      ? "the history is redacted, and has neither addresses nor messages: histories.redact says so"
      : "no message of this call was kept with its text and its addresses";
    console.error(`offhook: there is nothing to write: ${why}.`);
    return 2;
  }
  try {
    if (file === "-") process.stdout.write(bytes);
    else await writeFile(file, bytes, { mode: 0o600 });
  } catch (error) {
    console.error(`offhook: ${file} cannot be written: ${errorMessage(error)}.`);
    return 1;
  }
  const missing = leftOut === 0 ? "" : `; ${leftOut} were kept without their text or addresses, and are not in it`;
  if (file !== "-") console.error(`${messages} messages of SIP are in ${file}${missing}. RTP is not kept.`);
  return 0;
}
