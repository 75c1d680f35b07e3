import { signal } from "@preact/signals";
import { ask, problemOf } from "../api/ask.ts";
import type { SavedTest } from "../api/types.ts";
import { Dialog } from "../parts/dialog.tsx";
import { tell } from "../parts/toast.tsx";
import { words } from "../words.ts";

const saved = signal<SavedTest | undefined>(undefined);

/** Writes the history of a call and a test that replays it, and says where they are. */
export function saveAsTest(id: string): void {
  ask<SavedTest>("POST", `/calls/${encodeURIComponent(id)}/test`, { body: {} }).then(
    (found) => (saved.value = found),
    (error: unknown) => tell(problemOf(error).message, "bad"),
  );
}

/** Where the files are that were written. */
export function SavedFiles() {
  const files = saved.value;
  if (files === undefined) return undefined;
  const close = () => (saved.value = undefined);
  return (
    <Dialog title={words.call.testSaved} onClose={close}>
      <dl class="facts">
        <dt>{words.call.testFile}</dt>
        <dd>
          <code>{files.testFile}</code>
        </dd>
        <dt>{words.call.historyFile}</dt>
        <dd>
          <code>{files.historyFile}</code>
        </dd>
      </dl>
      {files.notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
      <div class="dialog-acts">
        <button type="button" class="button button-main" onClick={close}>
          {words.close}
        </button>
      </div>
    </Dialog>
  );
}
