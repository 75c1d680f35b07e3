import { signal } from "@preact/signals";
import { ask, problemOf } from "../api/ask.ts";
import { Dialog } from "../parts/dialog.tsx";
import { PairsField, readPairs } from "../parts/pairs-field.tsx";
import { tell } from "../parts/toast.tsx";
import { words } from "../words.ts";

const asked = signal<string | undefined>(undefined);

/** Asks for the arguments of an update of a live call. */
export function askForUpdate(id: string): void {
  asked.value = id;
}

/** The form of an update, where it was asked for. */
export function UpdateForm() {
  const id = asked.value;
  if (id === undefined) return undefined;
  const close = () => (asked.value = undefined);
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    const body = { arguments: readPairs(event.currentTarget as HTMLFormElement, "argument") };
    close();
    ask("POST", `/calls/${encodeURIComponent(id)}/update`, { body }).then(
      () => tell(words.call.updated),
      (error: unknown) => tell(problemOf(error).message, "bad"),
    );
  };
  return (
    <Dialog title={words.call.update} onClose={close}>
      <form onSubmit={send}>
        <p>{words.call.updateText}</p>
        <PairsField name="argument" label={words.author.arguments} />
        <div class="dialog-acts">
          <button type="button" class="button" onClick={close}>
            {words.cancel}
          </button>
          <button type="submit" class="button button-main">
            {words.call.update}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
