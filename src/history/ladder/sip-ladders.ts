import type { Timer } from "../../kernel/index.ts";
import type { Refusal, SipTraceEntry } from "../../sip/index.ts";
import type { FolderOptions } from "../history-folder.ts";
import { createLadderPrinter, type LadderLine, type LadderPrinter } from "./ladder-line.ts";
import { createRefusedCalls, type RefusedCalls } from "./refused-calls.ts";
import { UnclaimedMessages } from "./unclaimed-messages.ts";

export interface SipLaddersOptions extends FolderOptions {
  /** Leave out all that tells of people. */
  readonly redact: boolean;
}

/** Whose a dialog is. */
export interface Claim {
  readonly transactionId: string;
  readonly participantTag: string;
}

/** Keeps the messages of SIP with the history of their call, and those of calls that were refused before they began in files of their own, of
 * which there are few in a minute. Nothing here throws or waits. */
export interface SipLadders {
  message(entry: SipTraceEntry): void;
  refused(refusal: Refusal): void;
  /** A dialog is that of a leg of a call. */
  claim(sipCallId: string, claim: Claim): void;
  /** The history of a call begins: what came before is written to it now. */
  begin(transactionId: string, append: (line: string) => void): void;
  /** The call is over. `end` is called when its last messages have come too, or at once if it had none. */
  end(transactionId: string, end: () => void): void;
  /** Files of refused calls that are to be written. */
  pending(): number;
  /** Ends all. Never rejects. */
  close(): Promise<void>;
}

/** How long the last messages of a call may take. */
const lastMessagesMs = 1_000;
const mostLines = 500;
/** Calls that were claimed and have no history yet; the oldest go. */
const mostWaiting = 1_000;

interface Ladder {
  readonly printer: LadderPrinter;
  /** Call-IDs. */
  readonly dialogs: Set<string>;
  /** undefined: the history has not begun. */
  append: ((line: string) => void) | undefined;
  waiting: string[];
  lines: number;
  end: { readonly timer: Timer; readonly finish: () => void } | undefined;
}

/** Keeps what is told from now on. */
export function createSipLadders(options: SipLaddersOptions): SipLadders {
  return new Keeper(options);
}

class Keeper implements SipLadders {
  readonly #options: SipLaddersOptions;
  readonly #unclaimed = new UnclaimedMessages();
  readonly #ladders = new Map<string, Ladder>();
  readonly #byDialog = new Map<string, { readonly ladder: Ladder; readonly participantTag: string }>();
  readonly #refused: RefusedCalls;

  constructor(options: SipLaddersOptions) {
    this.#options = options;
    this.#refused = createRefusedCalls(options, this.#unclaimed);
  }

  message(entry: SipTraceEntry): void {
    const { clock, redact } = this.#options;
    const of = this.#byDialog.get(entry.sipCallId);
    const at = clock.now();
    if (of !== undefined) return write(of.ladder, of.ladder.printer.message(at, entry), of.participantTag);
    // Texts are made at once: an entry that waits would keep its whole message.
    const { direction, peer, sipCallId, startLine, status, method, isRetransmission } = entry;
    return this.#unclaimed.add(sipCallId, {
      ...{ at, direction, peer, sipCallId, startLine, status, method, isRetransmission },
      ...{ local: entry.local(), text: redact ? "" : entry.text() },
    });
  }

  refused(refusal: Refusal): void {
    const { sipCallId = "", method } = refusal;
    const of = this.#byDialog.get(sipCallId);
    const hasBegun = of?.ladder.append !== undefined;
    if (hasBegun) write(of.ladder, of.ladder.printer.refusal(this.#options.clock.now(), refusal), of.participantTag);
    else if (method === "INVITE" && sipCallId !== "") this.#refused.note(refusal, sipCallId, of?.ladder.waiting ?? []);
  }

  claim(sipCallId: string, { transactionId, participantTag }: Claim): void {
    const ladder = this.#ladderOf(transactionId);
    ladder.dialogs.add(sipCallId);
    this.#byDialog.set(sipCallId, { ladder, participantTag });
    for (const { at, ...entry } of this.#unclaimed.take(sipCallId))
      write(
        ladder,
        ladder.printer.message(at, { ...entry, local: () => entry.local, text: () => entry.text }),
        participantTag,
      );
    const before = this.#refused.withdraw(sipCallId);
    if (before !== undefined) write(ladder, ladder.printer.refusal(before.at, before.refusal), participantTag);
  }

  begin(transactionId: string, append: (line: string) => void): void {
    const ladder = this.#ladderOf(transactionId);
    ladder.append = append;
    for (const line of ladder.waiting.splice(0)) append(line);
  }

  end(transactionId: string, end: () => void): void {
    const ladder = this.#ladders.get(transactionId);
    const finish = () => {
      if (ladder !== undefined) this.#forget(transactionId, ladder);
      end();
    };
    if (ladder === undefined || ladder.dialogs.size === 0) return finish();
    ladder.end = { timer: this.#options.clock.startTimer(lastMessagesMs, finish), finish };
  }

  pending(): number {
    return this.#refused.pending();
  }

  async close(): Promise<void> {
    for (const { end } of [...this.#ladders.values()]) {
      end?.timer.cancel();
      end?.finish();
    }
    await this.#refused.close();
  }

  #ladderOf(transactionId: string): Ladder {
    const known = this.#ladders.get(transactionId);
    if (known !== undefined) return known;
    const made: Ladder = {
      ...{ printer: createLadderPrinter(this.#options.redact), dialogs: new Set(), append: undefined, waiting: [] },
      ...{ lines: 0, end: undefined },
    };
    this.#ladders.set(transactionId, made);
    const [oldest] = this.#ladders;
    if (this.#ladders.size > mostWaiting && oldest !== undefined && oldest[1].append === undefined)
      this.#forget(...oldest);
    return made;
  }

  #forget(transactionId: string, ladder: Ladder): void {
    this.#ladders.delete(transactionId);
    for (const sipCallId of ladder.dialogs) this.#byDialog.delete(sipCallId);
  }
}

function write(ladder: Ladder, line: LadderLine, participantTag: string): void {
  ladder.lines += 1;
  if (ladder.lines > mostLines) return;
  const text = JSON.stringify(ladder.lines < mostLines ? { ...line, participantTag } : full(line.at));
  if (ladder.append === undefined) ladder.waiting.push(text);
  else ladder.append(text);
}

function full(at: number): LadderLine {
  const why = `of a call ${mostLines} messages are kept`;
  return { at, refused: { cause: "not-kept", method: "message", why } };
}
