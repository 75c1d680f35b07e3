import { useEffect, useState } from "preact/hooks";
import { words } from "../words.ts";

const keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"] as const;
const shownMs = 140;

interface Props {
  readonly press: (key: string) => void;
  /** Whether keys of the keyboard press too, wherever one does not type. */
  readonly isListening: boolean;
  readonly isOff?: boolean;
}

/** The twelve keys, for mouse and keyboard. */
export function Keypad({ press, isListening, isOff = false }: Props) {
  const [pressed, setPressed] = useState<string | undefined>(undefined);
  useEffect(() => {
    if (!isListening) return;
    const take = (event: KeyboardEvent) => {
      const isTyped = event.target instanceof Element && event.target.closest("input, textarea, select") !== null;
      const key = keys.find((one) => one === event.key);
      if (key === undefined || isTyped || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      event.preventDefault();
      press(key);
      setPressed(key);
      setTimeout(() => setPressed(undefined), shownMs);
    };
    addEventListener("keydown", take);
    return () => removeEventListener("keydown", take);
  }, [isListening, press]);
  return (
    <div class="keypad" role="group" aria-label={words.phone.keypad}>
      {keys.map((key) => (
        <button
          key={key}
          type="button"
          class={pressed === key ? "key key-pressed" : "key"}
          disabled={isOff}
          onClick={() => press(key)}
        >
          {key}
          <small aria-hidden="true">{words.phone.letters[key] ?? ""}</small>
        </button>
      ))}
    </div>
  );
}
