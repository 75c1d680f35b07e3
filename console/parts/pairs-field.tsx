import { useState } from "preact/hooks";
import { words } from "../words.ts";
import { Icon } from "./icon.tsx";

/** Names with values, as many as one likes; `readPairs` reads them. */
export function PairsField({
  name,
  label,
  hint,
}: {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
}) {
  const [keys, setKeys] = useState<readonly number[]>([0]);
  return (
    <fieldset class="pairs">
      <legend>{label}</legend>
      {keys.map((key) => (
        <div key={key} class="pair">
          <input
            name={`${name}-name`}
            aria-label={words.pairs.name}
            placeholder={hint ?? words.pairs.name}
            spellcheck={false}
          />
          <input
            name={`${name}-value`}
            aria-label={words.pairs.value}
            placeholder={words.pairs.value}
            spellcheck={false}
          />
          <button
            type="button"
            class="button-icon"
            aria-label={words.pairs.remove}
            onClick={() => setKeys(keys.filter((one) => one !== key))}
          >
            <Icon name="minus" size={14} />
          </button>
        </div>
      ))}
      <button type="button" class="button button-small" onClick={() => setKeys([...keys, Math.max(-1, ...keys) + 1])}>
        <Icon name="plus" size={14} /> {words.pairs.add}
      </button>
    </fieldset>
  );
}

/** What was typed; pairs without a name are left out. */
export function readPairs(form: HTMLFormElement, name: string): Readonly<Record<string, string>> {
  const data = new FormData(form);
  const values = data.getAll(`${name}-value`).map(typed);
  const names = data.getAll(`${name}-name`).map((entry) => typed(entry).trim());
  return Object.fromEntries(
    names.map((one, index) => [one, values[index] ?? ""] as const).filter(([one]) => one !== ""),
  );
}

/** What was typed into a field; a file is none. */
function typed(entry: FormDataEntryValue): string {
  return typeof entry === "string" ? entry : "";
}
