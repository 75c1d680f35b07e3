import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { problemOf } from "../api/ask.ts";
import { words } from "../words.ts";
import { tell } from "./toast.tsx";

interface Question {
  readonly title: string;
  readonly text: string;
  /** The word of the button that does it. */
  readonly act: string;
  readonly isDangerous?: boolean;
  readonly run: () => Promise<unknown>;
  /** Said once it is done. */
  readonly done?: string;
}

const question = signal<Question | undefined>(undefined);

/** Asks once, and then does it. */
export function confirm(asked: Question): void {
  question.value = asked;
}

/** A dialog that is open while it is there: it keeps the focus, and Escape closes it. */
export function Dialog(props: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  readonly isWide?: boolean;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => before instanceof HTMLElement && before.focus();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={props.isWide ? "dialog dialog-wide" : "dialog"}
      aria-label={props.title}
      onClose={props.onClose}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      <div class="dialog-body">
        <h2>{props.title}</h2>
        {props.children}
      </div>
    </dialog>
  );
}

/** Where `confirm` asks. */
export function Confirmation() {
  const asked = question.value;
  if (asked === undefined) return undefined;
  const close = () => (question.value = undefined);
  const act = () => {
    close();
    asked.run().then(
      () => asked.done !== undefined && tell(asked.done),
      (error: unknown) => tell(problemOf(error).message, "bad"),
    );
  };
  return (
    <Dialog title={asked.title} onClose={close}>
      <p>{asked.text}</p>
      <div class="dialog-acts">
        <button type="button" class="button" onClick={close}>
          {words.cancel}
        </button>
        <button type="button" class={asked.isDangerous ? "button button-bad" : "button button-main"} onClick={act}>
          {asked.act}
        </button>
      </div>
    </Dialog>
  );
}
