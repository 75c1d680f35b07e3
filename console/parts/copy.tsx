import { useState } from "preact/hooks";
import { words } from "../words.ts";
import { Icon, type IconName } from "./icon.tsx";
import { tell } from "./toast.tsx";

const shownMs = 1_500;

/** A button that copies a text. */
export function Copy(props: { readonly text: () => string; readonly label: string; readonly icon?: IconName }) {
  const [isDone, setDone] = useState(false);
  const copy = () => {
    navigator.clipboard.writeText(props.text()).then(
      () => {
        setDone(true);
        setTimeout(() => setDone(false), shownMs);
      },
      () => tell(words.problems.clipboard, "bad"),
    );
  };
  return (
    <button type="button" class="button button-small" onClick={copy}>
      <Icon name={isDone ? "check" : (props.icon ?? "copy")} size={14} />
      {isDone ? words.copied : props.label}
    </button>
  );
}
