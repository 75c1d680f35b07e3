import type { SipAddress, SipTraceEntry } from "../../sip/index.ts";

/** A message whose call is not known. */
export type UnclaimedMessage = Omit<SipTraceEntry, "text" | "local"> & {
  readonly at: number;
  readonly text: string;
  readonly local: SipAddress;
};

/** Most of one dialog, and characters of all; the oldest dialogs go. */
const mostOfDialog = 50;
const mostCharacters = 4 * 1_048_576;

/** Keeps messages for a while, until somebody says whose they are. */
export class UnclaimedMessages {
  readonly #dialogs = new Map<string, { readonly messages: UnclaimedMessage[]; size: number }>();
  #size = 0;

  add(sipCallId: string, message: UnclaimedMessage): void {
    const dialog = this.#dialogs.get(sipCallId) ?? { messages: [], size: 0 };
    if (dialog.messages.length === mostOfDialog) return;
    const size = 256 + message.text.length;
    dialog.messages.push(message);
    dialog.size += size;
    this.#size += size;
    this.#dialogs.set(sipCallId, dialog);
    for (const oldest of this.#dialogs.keys()) {
      if (this.#size <= mostCharacters) break;
      this.take(oldest);
    }
  }

  /** Those of a dialog, which are kept no longer. */
  take(sipCallId: string): readonly UnclaimedMessage[] {
    const dialog = this.#dialogs.get(sipCallId);
    this.#dialogs.delete(sipCallId);
    this.#size -= dialog?.size ?? 0;
    return dialog?.messages ?? [];
  }
}
